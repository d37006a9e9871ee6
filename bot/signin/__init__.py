"""Sign-in through GitHub, and its hand-over to preview hosts."""

from bot.signin.deps import Deps
from bot.signin.doors import routes

__all__ = ["Deps", "routes"]
