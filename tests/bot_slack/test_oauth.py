"""Installs: only those that this browser began, once, a short while ago (fault F-S10)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from engine.slack import bot_token
from engine.slack.manifest import SCOPES
from engine.store import audit, slack_workspaces
from engine.store.slack_schema import slack_workspaces as rows
from engine.variables.vault import Vault
from tests.access.world import World
from tests.bot_slack.oauth_desk import OauthDesk, open_desk
from tests.bot_slack.posting import a_command, a_mention, a_press
from tests.bot_slack.scene import KEY, Scene, open_scene


@dataclass(frozen=True)
class Begun:
    """An install under way in one browser."""

    state: str
    cookie: str


@dataclass
class Install:
    """The scene, with its Slack."""

    scene: Scene
    desk: OauthDesk

    def begin(self) -> Begun:
        """Somebody presses the button."""
        answer = self.scene.visit("/slack/install/begin")
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        return Begun(query["state"][0], answer.headers["set-cookie"].partition(";")[0])

    def come_back(self, query: str, cookie: str = "") -> int:
        """Slack sends somebody back; the status."""
        return self.scene.visit(f"/slack/oauth?{query}", cookie=cookie).status_code

    def workspaces(self) -> int:
        """How many there are."""
        with self.scene.world.database.read() as connection:
            return connection.execute(select(func.count()).select_from(rows)).scalar_one()


@pytest.fixture
def install(world: World, tmp_path: Path) -> Iterator[Install]:
    with open_desk() as desk, open_scene(world, tmp_path, desk.url) as scene:
        yield Install(scene, desk)


def test_the_page_names_what_is_asked_for_and_leads_to_slack(install: Install) -> None:
    page = install.scene.visit("/slack/install")
    assert (page.status_code, 'href="/slack/install/begin"' in page.text) == (200, True)
    assert all(scope in page.text for scope in SCOPES)
    answer = install.scene.visit("/slack/install/begin")
    address = urlsplit(answer.headers["location"])
    query = parse_qs(address.query)
    assert (answer.status_code, address.netloc, address.path) == (303, "slack.example", "/oauth/v2/authorize")
    assert (query["client_id"], query["scope"]) == (["1.2"], [",".join(sorted(SCOPES))])
    assert query["redirect_uri"] == ["http://localhost:8080/slack/oauth"]
    assert "HttpOnly" in answer.headers["set-cookie"]


def test_a_workspace_is_installed_with_its_token_sealed(install: Install) -> None:
    begun = install.begin()
    page = install.scene.visit(f"/slack/oauth?code=good&state={begun.state}", cookie=begun.cookie)
    assert (page.status_code, "New &amp; &lt;b&gt;Co&lt;/b&gt;" in page.text) == (200, True)
    with install.scene.world.database.read() as connection:
        workspace = slack_workspaces.by_team(connection, "T0NEW")
        [entry] = audit.of_subject(connection, "slack:T0NEW")
    assert workspace is not None
    assert bot_token.token_of(Vault([KEY]), workspace).reveal() == "xoxb-fresh-from-slack"
    assert b"xoxb" not in (workspace.sealed_token or b"")
    assert (entry.who, entry.did, entry.door) == ("slack:T0NEW:U0ADMIN", "install", "slack")
    [(path, who, form)] = install.desk.asked
    assert (path, who) == ("/api/oauth.v2.access", "1.2:a client secret of a test")
    assert form == {"code": "good", "redirect_uri": "http://localhost:8080/slack/oauth"}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "code=good",
        "code=good&state=",
        "code=good&state=guessed",
        "code=good&state={state}x",
        "state=guessed&error=access_denied",
        "installation_id=1&setup_action=install",
        "code=good&installation_id=1",
    ],
)
def test_a_state_that_is_missing_or_forged_is_refused(install: Install, query: str) -> None:
    begun = install.begin()
    assert install.come_back(query.format(state=begun.state), begun.cookie) == 400
    assert (install.desk.asked, install.workspaces()) == ([], 0)


def test_a_state_of_another_browser_is_refused(install: Install) -> None:
    mine, theirs = install.begin(), install.begin()
    query = f"code=good&state={theirs.state}"
    forged = f"{mine.cookie[:-1]}{'0' if mine.cookie[-1] != '0' else '1'}"
    for cookie in ("", mine.cookie, forged, f"{mine.cookie.partition('=')[0]}=x", theirs.cookie + "0"):
        assert install.come_back(query, cookie) == 400
    assert (install.desk.asked, install.workspaces()) == ([], 0)


def test_a_state_works_once(install: Install) -> None:
    begun = install.begin()
    query = f"code=good&state={begun.state}"
    assert [install.come_back(query, begun.cookie) for _ in range(3)] == [200, 400, 400]
    assert len(install.desk.asked) == 1


def test_a_state_is_over_after_ten_minutes(install: Install) -> None:
    begun = install.begin()
    install.scene.clock.ahead = 601
    assert install.come_back(f"code=good&state={begun.state}", begun.cookie) == 400
    assert install.desk.asked == []


def test_a_state_of_a_sign_in_is_none_of_an_install(install: Install) -> None:
    begun = install.begin()
    other = begun.cookie.replace("_install=", "_state=")
    assert install.come_back(f"code=good&state={begun.state}", other) == 400


def test_somebody_who_does_not_allow_it_changes_nothing(install: Install) -> None:
    begun = install.begin()
    assert install.come_back(f"error=access_denied&state={begun.state}", begun.cookie) == 403
    assert (install.desk.asked, install.workspaces()) == ([], 0)


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"team": None, "enterprise": {"id": "E0"}, "is_enterprise_install": True}, 422, "a whole enterprise"),
        ({"team": None, "enterprise": {"id": "E0"}}, 422, "a whole enterprise"),
        ({"is_enterprise_install": True}, 422, "a whole enterprise"),
        ({"access_token": ""}, 422, "neither a workspace nor"),
        ({"token_type": "user"}, 422, "neither a workspace nor"),
        ({"team": "T0"}, 422, "neither a workspace nor"),
        ({"ok": False, "error": "invalid_code"}, 403, "invalid_code"),
        ({"ok": False, "error": "ratelimited"}, 503, "wait"),
        ({"ok": False, "error": "internal_error"}, 503, "trouble of its own"),
    ],
)
def test_what_is_no_grant_of_a_workspace_is_said(
    install: Install, change: dict[str, object], status: int, words: str
) -> None:
    install.desk.answer |= change
    begun = install.begin()
    page = install.scene.visit(f"/slack/oauth?code=secret-code&state={begun.state}", cookie=begun.cookie)
    assert (page.status_code, install.workspaces()) == (status, 0)
    assert words in page.text
    assert "secret-code" not in page.text


def test_a_slack_that_is_away_is_said(world: World, tmp_path: Path) -> None:
    with open_scene(world, tmp_path) as scene:
        install = Install(scene, OauthDesk())
        begun = install.begin()
        assert install.come_back(f"code=good&state={begun.state}", begun.cookie) == 503


def test_a_forged_setup_address_of_github_changes_nothing(install: Install) -> None:
    for path in ("/", "/setup", "/slack/install", "/signin/callback"):
        install.scene.visit(f"{path}?installation_id=999&setup_action=install&state=x")
    with install.scene.world.database.read() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM installations WHERE id = 999").scalar_one()
    assert (found, install.workspaces(), install.desk.asked) == (0, 0, [])


def test_nothing_that_is_acked_asks_slack(install: Install) -> None:
    install.scene.install()
    answers = [install.scene.post(body) for body in (a_command("status"), a_mention(), a_press(), a_command("help"))]
    assert ([each.status_code for each in answers], install.desk.asked) == ([200] * 4, [])
