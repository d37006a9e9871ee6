"""Slack's door: what it posts is verified, stored, and answered. Bolt lives here alone."""
