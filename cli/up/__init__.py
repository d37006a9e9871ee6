"""`slipway up`: every room, an embedded Redis and, without a GitHub App, the playground, under one supervisor."""
