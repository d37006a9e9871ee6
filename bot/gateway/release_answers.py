"""What the gateway says at an environment's address while no release answers. Everybody may read it."""

from bot.gateway.pages import Page
from bot.gateway.routes import Route

#: Seconds after which a page looks again.
SOON = 2


def no_release(route: Route) -> Page:
    """The page of an environment's route that has no upstream."""
    match route.state:
        case "building":
            return _soon("building", "Being deployed", "The first release is on its way.")
        case "restarting":
            return _soon("restarting", "Starting again", "The application is being started again.")
        case "down":
            return Page(
                503,
                "down",
                "The application is down",
                "It ended by itself again and again, and is not started any more.",
                "Whoever may deploy it starts it anew with /restart, or goes back with /rollback.",
            )
        case "failed":
            return Page(
                503,
                "failed",
                "Nothing is deployed here",
                "The first deploy failed.",
                "Whoever may deploy it finds the reason on the page of that deploy.",
            )
        case "removed" | "stopped":
            return Page(410, "removed", "Nothing is here any more", "This environment was ended.")
        case _:
            fix = "Whoever may deploy it comments /deploy on a pull request."
            return Page(
                503, "waiting", "Nothing is deployed here yet", "This address waits for its first release.", fix
            )


def not_answering(status: int) -> Page:
    """The application took no connection, hung up, or took too long."""
    what = "It took too long." if status == 504 else "It closed the connection, or nothing listens on its port."
    fix = "Try again in a few seconds: an application that ended is started again by itself."
    return Page(status, "not_answering", "The application isn't answering", what, fix, headers=(("Retry-After", "5"),))


def _soon(code: str, title: str, message: str) -> Page:
    fix = "This page opens the application by itself when it is ready."
    return Page(503, code, title, message, fix, refresh=SOON, headers=(("Retry-After", str(SOON)),))
