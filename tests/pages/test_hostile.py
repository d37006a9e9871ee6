"""What others wrote, on every page that shows it: words, and nothing but words (fault W9)."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from engine.deploy.outcome import Obstacle, Refused, Told
from engine.domain.environment import Environment
from engine.domain.event import Person, PullRequest
from engine.domain.release import DeployState, Release
from engine.errors import Cause
from engine.reasons import Reason
from engine.reports.escape import text
from engine.store import builds, environments, logs, pull_requests
from tests.access.world import SHOP, World
from tests.pages.client import Client
from tests.pages.deploys import WAY, Deploys
from tests.pages.site import RecordingDesk, as_person, form, open_site

HOSTILE = [
    "<script>alert(1)</script>",
    "</textarea></li></code><script src=//evil.example/x.js></script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)' autofocus='",
    "[click](javascript:alert(1))",
    "`</code><svg onload=alert(1)>`",
    "<a href=javascript:alert(1)>x</a>",
    "{{ config }}{% include '/etc/passwd' %}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e\u2066<b>\x1b]8;;javascript:alert(1)\x07x",
    "<style>*{display:none}</style><base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
]
#: Together, since each costs a world of its own: nothing that is escaped takes another's sting away.
EVIL = ["".join(HOSTILE[at::4]) for at in range(4)]
#: What our own pages are made of.
OURS = re.compile(
    "html|head|meta|title|link|script|body|a|header|div|img|nav|form|input|span|button|main|h1|h2|h3|p|ul|ol|li|section|"
    "code|pre|dl|dt|dd|time|details|summary|label|textarea|table|thead|tbody|tr|th|td|small|strong"
)
#: Marks that turn reading around, and terminal codes.
INVISIBLE = frozenset("\u202e\u2066\x1b\x07")
LINKS = ("href", "src", "action", "formaction")


#: A path, a place on the page, GitHub, or what lives in an environment.
PLAIN = re.compile(r"/(?!/).*|#.*|https://github\.example/.*|http://[a-z0-9-]+\.localhost:8081/", re.DOTALL)


class Judge(HTMLParser):
    """Notes what no page of ours has."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One element."""
        told = {name: value or "" for name, value in attrs}
        wrong = not OURS.fullmatch(tag) or any(name.startswith("on") or name in ("style", "srcdoc") for name in told)
        wrong |= tag == "script" and told != {"src": "/static/live.js", "defer": ""}
        wrong |= tag == "meta" and "http-equiv" in told
        wrong |= any(not is_plain(told[name]) for name in LINKS if name in told)
        self.found += [f"<{tag} {told}>"] if wrong else []


def is_plain(address: str) -> bool:
    """True of an address that leads to a page of ours, of GitHub's or of an environment."""
    return PLAIN.fullmatch(address) is not None


def judged(html: str) -> list[str]:
    """What is wrong with a page."""
    judge = Judge()
    judge.feed(html)
    judge.close()
    return judge.found


@pytest.fixture
def deploys(world: World) -> Deploys:
    return Deploys(world)


@pytest.fixture
def desk() -> RecordingDesk:
    return RecordingDesk()


@pytest.fixture
def site(world: World, tmp_path: Path, desk: RecordingDesk) -> Iterator[Client]:
    with open_site(world, tmp_path, desk=desk) as client:
        yield client


def poison(deploys: Deploys, evil: str) -> tuple[Environment, Release, str]:
    """An environment, a release and a build in which every word of others is `evil`."""
    rules: dict[str, object] = {"windows": (evil,), "deployers": (evil, "writer"), "after": evil, "checks": (evil,)}
    production = deploys.environment(auto_deploy_branch=evil, **rules)
    told = {"ref": f"refs/heads/{evil}", "requested_by": evil, "door": evil, "message": evil}
    deploys.serve(production, "a" * 40, **told)
    failed = deploys.ask(production, "b" * 40, **told)
    deploys.move(failed, *WAY[:2], DeployState.FAILED, cause=Cause(evil, evil, evil))
    deploys.await_approval(deploys.ask(production, "c" * 40, **told))
    deploys.lock(production, evil, evil)
    deploys.lock(production, f"{evil} 2", evil)
    deploys.hold(production, evil, evil)
    deploys.log(failed, evil)
    deploys.world.commits.history(SHOP.id).add("a" * 40)
    deploys.world.commits.history(SHOP.id).add("b" * 40, "a" * 40, title=evil, changed=(evil,))
    with deploys.world.database.write() as connection:
        now = environments.by_id(connection, production.id)
        assert now is not None
        environments.record_death(connection, now, evil, 0.0)
    return production, failed, a_build(deploys.world, evil)


def a_build(world: World, evil: str) -> str:
    """A build of a pull request with that title, author and branch."""
    build = world.build(world.preview())
    head = PullRequest(1, evil, "a" * 40, evil, SHOP.id, evil, Person(12, evil), False, True, False)
    with world.database.write() as connection:
        pull_requests.record(connection, SHOP.id, head, 1.0)
        logs.append(connection, build.id, [evil], 1.0)
        builds.say(connection, build.id, evil)
    return build.id


@pytest.mark.parametrize("evil", EVIL)
def test_what_others_wrote_is_inert_on_every_page(site: Client, deploys: Deploys, evil: str) -> None:
    _, release, build = poison(deploys, evil)
    pages = ["/", "/activity", "/previews", "/projects/acme/shop", "/projects/acme/shop/environments", f"/jobs/{build}"]
    pages += [f"/jobs/{build}/summary", f"/deploys/{release.id}", f"/deploys/{release.id}/summary"]
    pages += [f"/deploys/{release.id}/changes", f"/deploys/{release.id}/rollback", "/deploy/new"]
    pages += ["/deploy/new?repository=acme/shop"]
    for path in pages:
        answer = site.get(path, headers=as_person("writer"))
        assert answer.status_code in (200, 409), path
        assert judged(answer.text) == [], path
        assert not INVISIBLE & set(answer.text), path


@pytest.mark.parametrize("evil", EVIL)
def test_what_a_visitor_puts_into_an_address_is_inert(site: Client, evil: str) -> None:
    for name in (
        "repository",
        "environment",
        "ref",
        "port",
        "health_check_path",
        "auto_deploy_branch",
        "find",
        "ticket",
    ):
        for path in ("/deploy/new", "/deploy/new/review", "/projects/acme/shop/environments"):
            told = {"repository": "acme/shop", "environment": "production"} | {name: evil}
            answer = site.request("GET", path, headers=as_person("writer"), params=told)
            assert judged(answer.text) == [], (path, name)


@pytest.mark.parametrize("evil", HOSTILE)
def test_what_an_answer_quotes_is_inert(site: Client, desk: RecordingDesk, evil: str) -> None:
    headers, body = form(ref=evil)
    refused = Refused((Obstacle(Reason.LOCKED, f"Locked: {text(evil)}", f"Ask {text(evil)}"),))
    for outcome in (Told(f"It is {text(evil)}."), refused):
        desk.outcome = outcome
        path = "/projects/acme/shop/production/deploy"
        answer = site.request("POST", path, headers=as_person("writer") | headers, content=body)
        assert judged(answer.text) == []


def test_the_judge_finds_what_it_is_there_for() -> None:
    for evil in ("<script>x</script>", "<img src=x onerror=x>", "<a href='javascript:x'>", "<svg>", "<a href=//evil>"):
        assert judged(f"<p>{evil}</p>")


def test_a_log_as_text_is_text(site: Client, deploys: Deploys) -> None:
    _, release, build = poison(deploys, HOSTILE[0])
    for path in (f"/deploys/{release.id}/log.txt", f"/jobs/{build}/log.txt"):
        headers = site.get(path, headers=as_person("writer")).headers
        assert headers["content-type"] == "text/plain; charset=utf-8"
        assert headers["x-content-type-options"] == "nosniff"
