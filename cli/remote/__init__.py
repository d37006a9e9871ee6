"""The commands that speak with a running Slipway through its HTTP API."""
