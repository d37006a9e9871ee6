"""Holds webhooks against GitHub's schemas of them (`@octokit/openapi-webhooks`)."""

from typing import Any

from tests.published.exchange import Webhook
from tests.published.json_schema import Schemas, pointer_to

#: What GitHub sends although its schemas say otherwise, with the reason.
MISFITS = {
    "pull_request/head/repo: None is not of type 'object'": "a deleted fork; GitHub's REST schemas have the null",
}


class WebhookSchemas:
    """GitHub's webhooks, as GitHub describes them."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.schemas = Schemas(document)
        self.names: frozenset[str] = frozenset(self.schemas.document["webhooks"])

    def problems(self, webhook: Webhook) -> list[str]:
        """What GitHub would have sent otherwise."""
        action = webhook.payload.get("action")
        name = "-".join([webhook.event, *([action] if isinstance(action, str) else [])]).replace("_", "-")
        if name not in self.names:
            return [f"{name}: GitHub has no such webhook"]
        schema = pointer_to("webhooks", name, "post", "requestBody", "content", "application/json", "schema")
        found = self.schemas.problems(schema, webhook.payload)
        return [f"{name}: {problem}" for problem in found if problem not in MISFITS]
