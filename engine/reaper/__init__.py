"""The reaper: looks again and again at what nobody else would notice, and sets it right."""
