"""GitHub's published descriptions, once a session: skipped at home where npm can't get them, failed in CI."""

import os
from typing import Any

import pytest

from tests.published.description import Description
from tests.published.packages import NotToBeHad, published
from tests.published.webhook_schemas import WebhookSchemas


def _published(name: str) -> Any:
    try:
        return published(name)
    except NotToBeHad as problem:
        if os.environ.get("CI"):
            pytest.fail(str(problem))
        pytest.skip(str(problem))


@pytest.fixture(scope="session")
def description() -> Description:
    """GitHub's REST API."""
    return Description(_published("@octokit/openapi"))


@pytest.fixture(scope="session")
def webhook_schemas() -> WebhookSchemas:
    """GitHub's webhooks."""
    return WebhookSchemas(_published("@octokit/openapi-webhooks"))


@pytest.fixture(scope="session")
def examples() -> list[tuple[str, dict[str, Any]]]:
    """GitHub's examples of webhooks: event and payload."""
    groups = _published("@octokit/webhooks-examples")
    return [(group["name"], payload) for group in groups for payload in group["examples"]]
