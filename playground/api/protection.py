"""Branches protected and opened again."""

from typing import Any
from urllib.parse import quote

from playground.access import ADMINISTER, READ_ADMINISTRATION
from playground.api.call import Answer, Body, Call
from playground.objects import branches
from playground.payloads.repositories import api_url
from playground.protecting import Protection, protect, protection_of, unprotect
from playground.refusals import NotFound
from playground.repositories import Repository, git_dir


class ProtectionRequest(Body):
    """What a branch demands; the four have to be said, if only as null."""

    required_status_checks: dict[str, Any] | None
    enforce_admins: bool | None
    required_pull_request_reviews: dict[str, Any] | None
    restrictions: dict[str, Any] | None


def show(call: Call) -> Answer:
    repository = call.repository(READ_ADMINISTRATION)
    return Answer(_payload(call, repository, _known(call, repository)))


def put(call: Call) -> Answer:
    repository = call.repository(ADMINISTER)
    request = call.read(ProtectionRequest)
    branch = _branch(call, repository)
    return Answer(_payload(call, repository, protect(call.hub, repository, branch, request.model_dump())))


def drop(call: Call) -> Answer:
    repository = call.repository(ADMINISTER)
    if not unprotect(call.hub, repository, _branch(call, repository)):
        raise NotFound("Branch not protected")
    return Answer(status=204)


def _known(call: Call, repository: Repository) -> Protection:
    found = protection_of(call.hub, repository, _branch(call, repository))
    if found is None:
        raise NotFound("Branch not protected")
    return found


def _branch(call: Call, repository: Repository) -> str:
    name = call.path["branch"]
    if name not in branches(git_dir(call.hub, repository)):
        raise NotFound("Branch not found")
    return name


def _payload(call: Call, repository: Repository, protection: Protection) -> dict[str, Any]:
    url = f"{api_url(call.hub, repository)}/branches/{quote(protection.branch)}/protection"
    said = protection.settings
    shown: dict[str, Any] = {
        "url": url,
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": bool(said["enforce_admins"])},
    }
    reviews = said["required_pull_request_reviews"]
    if reviews is not None:
        shown["required_pull_request_reviews"] = {
            "url": f"{url}/required_pull_request_reviews",
            "dismiss_stale_reviews": bool(reviews.get("dismiss_stale_reviews")),
            "require_code_owner_reviews": bool(reviews.get("require_code_owner_reviews")),
            "required_approving_review_count": int(reviews.get("required_approving_review_count", 1)),
        }
    return shown
