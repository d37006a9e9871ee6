"""The names of our cookies. They carry the instance's id: cookies ignore ports, and two Slipways may share a host."""

from dataclasses import dataclass

#: Every cookie of any Slipway begins with one of these; none of them ever reaches an application, nor comes from one.
RESERVED = ("slipway_", "__host-slipway_", "__secure-slipway_")


@dataclass(frozen=True)
class CookieNames:
    """Cookie names of one instance. On HTTPS they are `__Host-`, which no sibling host can set."""

    instance: str
    secure: bool

    def _name(self, purpose: str) -> str:
        return f"{'__Host-' if self.secure else ''}slipway_{self.instance}_{purpose}"

    @property
    def session(self) -> str:
        """Signed in at the bot."""
        return self._name("session")

    @property
    def state(self) -> str:
        """A sign-in under way at the bot."""
        return self._name("state")

    @property
    def install(self) -> str:
        """An install into a Slack workspace under way at the bot."""
        return self._name("install")

    @property
    def visit(self) -> str:
        """Signed in at one preview host."""
        return self._name("visit")

    @property
    def share(self) -> str:
        """Came by a share link to one preview host."""
        return self._name("share")

    @property
    def nonce(self) -> str:
        """A hand-over under way at one preview host."""
        return self._name("nonce")

    def set(self, name: str, value: str, seconds: float) -> str:
        """A Set-Cookie value: host-only, unseen by scripts, not sent with cross-site posts. 0 seconds: delete it."""
        secure = "; Secure" if self.secure else ""
        return f"{name}={value}; Path=/; Max-Age={max(0, int(seconds))}; HttpOnly; SameSite=Lax{secure}"


def is_reserved(name: str) -> bool:
    """True when a cookie of that name is Slipway's, of this instance or of another."""
    return name.lower().startswith(RESERVED)
