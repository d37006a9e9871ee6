"""GitHub's REST API as far as the bot and its users call it."""
