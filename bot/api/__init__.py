"""The HTTP API: previews and their share links (docs/api.md)."""

from bot.api.previews import routes

__all__ = ["routes"]
