"""The detached process that owns one sandbox's commands, doors and egress."""
