"""Every deployment of a repository with what was said of it."""

from starlette.responses import Response

from playground.access import READ_DEPLOYMENTS
from playground.deployments import deployments_of
from playground.pages.page import Page
from playground.pages.standing import standings, told_of
from playground.repositories import owner_of

MOST_SHOWN = 50


def show_deployments(page: Page) -> Response:
    """Newest first; of one environment where the address names one, as GitHub's does."""
    repository = page.repository(READ_DEPLOYMENTS)
    wanted = page.request.query_params.get("environments_filter", "").lower()
    found = [one for one in deployments_of(page.hub, repository) if wanted in ("", one.environment.lower())]
    return page.show(
        "deployments.html",
        repository=repository,
        owner=owner_of(page.hub, repository),
        wanted=wanted,
        standings=standings(page.hub, repository),
        deployments=[told_of(page.hub, one) for one in found[:MOST_SHOWN]],
    )
