"""What the gateway says when no application answers: one page for each reason."""

from typing import assert_never

from bot.gateway import release_answers
from bot.gateway.doorman import Forbidden, Unclear
from bot.gateway.pages import Page
from bot.gateway.routes import Route
from engine.settings import Settings

HEALTHY = Page(200, "ok", "The gateway is up", "It takes visitors to previews.")
SIGN_IN_FIRST = Page(
    401,
    "sign_in_first",
    "Sign in first",
    "This address is private, and the request carries no cookie that opens it.",
    "Open it in a browser and sign in with GitHub, or use a share link.",
)
SAME_SITE = Page(
    403,
    "cross_site",
    "Refused: sent from another site's page",
    "A page of another host sent this request.",
    "Open the page itself and do it from there.",
)
LINK_OVER = Page(
    403,
    "link_over",
    "This link is over",
    "The share link has expired, was revoked, or is not a link of this address.",
    "Ask whoever sent it for a new one.",
)
HANDOVER_OVER = Page(
    403,
    "handover_over",
    "This sign-in took too long",
    "The link that brings a sign-in here is good once, for 30 seconds, in the browser that asked for it.",
    "Open the page again.",
    links=(("Open the page", "/"),),
)
STORAGE_AWAY = Page(
    503,
    "storage_away",
    "One moment",
    "Slipway can't reach its database right now.",
    "Try again in a few seconds.",
    headers=(("Retry-After", "5"),),
)
JUDGING_TAKES_LONG = Page(
    503,
    "permission_unknown",
    "This takes too long",
    "Slipway waits for GitHub to say whether you may see this.",
    "Try again in a minute.",
    headers=(("Retry-After", "30"),),
)
NOTHING_HERE = Page(404, "not_found", "Nothing here", "Slipway has no page at this address.", "Go to the start page.")
GET_ONLY = Page(405, "get_only", "Only GET", "This address answers GET only.", headers=(("Allow", "GET"),))


def bad_request(sentence: str, status: int = 400) -> Page:
    """The request isn't one that previews take."""
    title = "This request can't be read" if status == 400 else "This answer can't be read"
    return Page(status, "bad_request", title, f"{sentence[:1].upper()}{sentence[1:]}.")


def unknown_host(settings: Settings) -> Page:
    """No preview lives at that host."""
    return Page(
        404,
        "unknown_host",
        "Nothing lives here",
        "There is no preview and no release at this address.",
        "Look for its link in the pull request's comment.",
        links=(("Open Slipway", settings.public_url),),
    )


def misdirected(settings: Settings) -> Page:
    """The host isn't ours at all, or another port than the one that links carry."""
    return Page(
        421,
        "misdirected",
        "Not our host",
        "Slipway serves previews and releases at their own host names only.",
        f"Use the link that Slipway shows; they look like {settings.preview_url('pr-1--name')}.",
    )


def no_application(route: Route, settings: Settings) -> Page:
    """The page of a route that has no upstream."""
    if route.is_release:
        return release_answers.no_release(route)
    links = job_link(route.newest_build_id, settings)
    match route.state:
        case "failed":
            return Page(
                503, "failed", "The build failed", "There is nothing to show yet.", "Its log says why.", links=links
            )
        case "restarting":
            return _soon(
                "restarting", "Starting again", "The application ended by itself and is being restarted.", links
            )
        case "down":
            return Page(
                503,
                "down",
                "The application is down",
                "It ended by itself again and again, and is not started any more.",
                "Its log says why. Comment /preview restart on the pull request to try once more.",
                links=links,
            )
        case "stopped":
            return Page(
                503,
                "stopped",
                "This preview is stopped",
                "Somebody stopped it by command.",
                "Comment /preview on the pull request to start it again.",
                links=links,
            )
        case "removed":
            return Page(
                410,
                "removed",
                "This preview is gone",
                "Its pull request was closed, or its labels ended it.",
                "Reopen the pull request, or comment /preview on an open one, to get it back.",
            )
        case "building":
            return _soon("building", "Building", "The application is being built.", links)
        case _:
            return _soon("waiting", "Waiting", "The application will be built as soon as it is asked for.", links)


def _soon(code: str, title: str, message: str, links: tuple[tuple[str, str], ...]) -> Page:
    fix = "This page opens the application by itself when it is ready."
    return Page(503, code, title, message, fix, links=links, refresh=2, headers=(("Retry-After", "2"),))


def not_answering(route: Route, settings: Settings, *, status: int = 502) -> Page:
    """The application took no connection, hung up, or took too long."""
    if route.is_release:
        return release_answers.not_answering(status)
    what = "It took too long." if status == 504 else "It closed the connection, or nothing listens on its port."
    return Page(
        status,
        "not_answering",
        "The application isn't answering",
        what,
        "Its log says more. If it ended, it is started again within seconds.",
        links=job_link(route.release or route.newest_build_id, settings),
    )


def refused(verdict: Forbidden | Unclear, route: Route, settings: Settings) -> Page:
    """The page of somebody who may not see the preview, or of whom it isn't known."""
    match verdict:
        case Forbidden(login):
            return Page(
                403,
                "forbidden",
                "You can't see this",
                f"You are signed in as {login}, who has no read permission on its repository.",
                "Ask for permission on GitHub, ask for a share link, or sign in as somebody else.",
                links=(("Open Slipway", settings.public_url),),
            )
        case Unclear():
            return Page(
                503,
                "permission_unknown",
                "GitHub isn't answering",
                "Slipway must ask GitHub whether you may see this, and gets no answer.",
                "Try again in a minute.",
                headers=(("Retry-After", "30"),),
            )
        case _:
            assert_never(verdict)


def job_link(build_id: str, settings: Settings) -> tuple[tuple[str, str], ...]:
    """A link to the job page; none when there is no build."""
    return (("See its log", f"{settings.public_url}/jobs/{build_id}"),) if build_id else ()
