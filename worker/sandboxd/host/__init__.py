"""The sandboxes this host knows: their state on disk, their keepers, their limits, their end."""
