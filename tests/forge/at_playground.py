"""The playground as the GitHub that adapters are tried against."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from githubkit import AppAuthStrategy, GitHub

from engine.forge.clients import GitHubClients
from engine.forge.port import RepositoryRef
from engine.settings import GitHubApp, Secret
from tests.playground.running import RunningPlayground, running_playground


@dataclass(frozen=True)
class AtPlayground:
    """A running playground and the App's way to it."""

    playground: RunningPlayground
    app: GitHubApp
    clients: GitHubClients

    def ref(self, full_name: str) -> RepositoryRef:
        """A repository that the App covers, by its name."""
        found = self.call("admin", "GET", f"/repos/{full_name}")
        return RepositoryRef(self.installation_of(full_name), int(found["id"]), str(found["full_name"]))

    def installation_of(self, full_name: str) -> int:
        """The installation that covers a repository."""
        as_app = GitHub(
            AppAuthStrategy(self.app.app_id, self.app.private_key.reveal()),
            base_url=self.app.api_url,
            http_cache=False,
            auto_retry=False,
        )
        return int(as_app.request("GET", f"/repos/{full_name}/installation").json()["id"])

    def call(self, login: str, method: str, path: str, json: object = None) -> Any:
        """What one of the accounts does by the REST API."""
        with self.playground.acting_as(login) as client:
            answer = client.request(method, path, json=json)
        assert answer.status_code < 300, (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None


@contextmanager
def at_playground(
    folder: Path,
    webhook_url: str = "http://127.0.0.1:9/nobody-listens",
    *,
    faults: bool = False,
    limits: bool = False,
    app_permissions: str | None = None,
) -> Iterator[AtPlayground]:
    """Starts a playground and a client of its App; the rest is as `running_playground` has it."""
    with running_playground(
        folder, webhook_url=webhook_url, faults=faults, limits=limits, app_permissions=app_permissions
    ) as playground:
        known = playground.app
        app = GitHubApp(
            app_id=str(known["app_id"]),
            client_id=str(known["client_id"]),
            client_secret=Secret(str(known["client_secret"])),
            private_key=Secret(str(known["private_key_pem"])),
            webhook_secrets=(Secret(str(known["webhook_secret"])),),
            api_url=playground.api_url,
            web_url=playground.web_url,
        )
        clients = GitHubClients(app)
        try:
            yield AtPlayground(playground, app, clients)
        finally:
            clients.close()
