"""The HTTP API (docs/api.md)."""

from bot.api.table import calls_of, routes

__all__ = ["calls_of", "routes"]
