"""One playground with a Slack for all of these tests; each test installs the app anew and has channels in common."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from tests.playground.faults import Faults, faults_of
from tests.playground.running import RunningPlayground, eventually, running_playground
from tests.playground.slack.clocked import Clocked, clocked
from tests.playground.slack.listening import Listener, Reply, listening
from tests.playground.slack.script import Script, script_of


@dataclass(frozen=True)
class Ground:
    """Everything of one running Slack: people by script, the app as `client`, and what the app hears."""

    playground: RunningPlayground
    script: Script
    faults: Faults
    listener: Listener
    token: str
    client: WebClient

    def opens(self, view: dict[str, Any], user: str = "writer") -> str:
        """The id of a modal that the app opens for somebody who typed a command."""
        return self.opened(self.client.views_open, view, "command", user=user, channel="deploys", text="deploy")

    def opened(self, method: Callable[..., SlackResponse], content: dict[str, Any], what: str, **said: Any) -> str:
        """The id of a view; where the machine is too busy for a trigger's three seconds, the person does it again."""

        def attempt() -> str | None:
            trigger = self.script.do(what, **said)["trigger_id"]
            try:
                return str(method(trigger_id=trigger, view=content)["view"]["id"])
            except SlackApiError as refused:
                if refused.response["error"] != "expired_trigger_id":
                    raise
                return None

        return eventually(attempt, "a view to open within three seconds", 60)

    def client_of(self, token: str) -> WebClient:
        return client_of(self.playground, token)


def client_of(playground: RunningPlayground, token: str) -> WebClient:
    """Slack's own client, as it is, at this playground."""
    return WebClient(token, base_url=playground.slack["api_url"] + "/", timeout=10)


@pytest.fixture(scope="session")
def listener() -> Iterator[Listener]:
    with listening() as running:
        yield running


@pytest.fixture(scope="session")
def slack_playground(listener: Listener, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlayground]:
    folder = tmp_path_factory.mktemp("slack")
    with running_playground(folder, faults=True, slack_url=listener.url, slack_retries="0 0.2 0.4") as running:
        yield running


@pytest.fixture
def ground(slack_playground: RunningPlayground, listener: Listener) -> Iterator[Ground]:
    """The app installed in Acme with the usual scopes, a listener that says yes to everything, and no faults."""
    with script_of(slack_playground) as script, faults_of(slack_playground) as faults:
        listener.answering = lambda _heard: Reply()
        listener.delays.clear()
        if script.look("install", team="Acme")["installed"]:
            script.do("uninstall", team="Acme")
        token = script.install()
        listener.heard.clear()
        yield Ground(slack_playground, script, faults, listener, token, client_of(slack_playground, token))
        faults.end()


@pytest.fixture
def later(tmp_path: Path, listener: Listener) -> Iterator[Clocked]:
    """A Slack whose clock can be put forward; its app listens too."""
    listener.answering = lambda _heard: Reply()
    listener.heard.clear()
    with clocked(tmp_path / "later", listener.url) as made:
        yield made
