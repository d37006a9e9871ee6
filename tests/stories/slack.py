"""People in a Slack workspace: what they type, press and see there, and what their browser does for them."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.stories.person import eventually

#: One person's browser at a time reads what another's wrote.
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass(frozen=True)
class Somebody:
    """A person of one workspace, as scripts let them do what they could do by hand."""

    #: Where the playground is.
    web_url: str
    #: Where Slipway is, as browsers know it.
    public_url: str
    team: str
    name: str
    #: The channel that they look at.
    channel: str = "deploys"

    def at(self, channel: str) -> Self:
        """The same person, looking at another channel."""
        return type(self)(self.web_url, self.public_url, self.team, self.name, channel)

    def play(self, what: str, **said: object) -> dict[str, Any]:
        """Does something in Slack; how Slipway answered."""
        asked = {"team": self.team, "user": self.name, "channel": self.channel} | said
        answer = httpx.post(f"{self.web_url}/slack/play/{what}", json=asked, timeout=60)
        assert answer.status_code == 200, (what, answer.status_code, answer.text)
        return dict(answer.json())

    def look(self, what: str = "") -> dict[str, Any]:
        """What they see: the channel, or another part of Slack."""
        path = what or f"channel/{self.channel}"
        params = {"team": self.team, "user": self.name, "channel": self.channel}
        answer = httpx.get(f"{self.web_url}/slack/play/{path}", params=params, timeout=30)
        assert answer.status_code == 200, (what, answer.status_code, answer.text)
        return dict(answer.json())

    def types(self, text: str) -> "Shown":
        """Types `/slipway …`; what stood in the channel before."""
        before = self.seen()
        answer = self.play("command", text=text)
        assert answer["status"] == 200, answer
        return before

    def deploys(self, what: str) -> None:
        """Asks for a deploy: once more where a push was heard of only after the words, which then don't mean it."""
        for _ in range(20):
            answer = self.types(f"deploy {what}").newer_of("Deploying", "ref_moved")
            if "Deploying" in told(answer):
                return
        raise AssertionError(f"deploy {what}: the branch never stood still")

    def seen(self) -> "Shown":
        """Everything that they see in the channel now."""
        return Shown(self, tuple(str(one["ts"]) for one in self.messages()))

    def messages(self) -> list[dict[str, Any]]:
        """Roots and replies, oldest first."""
        roots = self.look()["messages"]
        return [one for root in roots for one in (root, *root["replies"])]

    def roots(self, *words: str) -> list[dict[str, Any]]:
        """The app's messages of the channel in which all of these words stand."""
        mine = [one for one in self.look()["messages"] if one["from_app"] and not one["ephemeral"]]
        return [one for one in mine if all(word in told(one) for word in words)]

    def root(self, *words: str) -> dict[str, Any]:
        """The one message of the app in which all of these words stand, once it is there."""

        def look() -> dict[str, Any] | None:
            found = self.roots(*words)
            assert len(found) <= 1, [told(one) for one in found]
            return found[0] if found else None

        return eventually(look, f"a message with {words} in #{self.channel}")

    def presses(self, message: Mapping[str, Any], action: str) -> "Shown":
        """Presses a button; what stood in the channel before."""
        before = self.seen()
        answer = self.play("press", ts=message["ts"], action=action, block=block_of(message, action))
        assert answer["status"] == 200, answer
        return before

    def modal(self, *words: str) -> dict[str, Any]:
        """The modal on top, once all of these words stand in it."""

        def look() -> dict[str, Any] | None:
            found = self.look("views")["modals"]
            return found[-1] if found and all(word in told(found[-1]) for word in words) else None

        return eventually(look, f"a modal with {words}")

    def home(self, *words: str) -> dict[str, Any]:
        """Their App Home, once all of these words stand in it."""

        def look() -> dict[str, Any] | None:
            found = self.look("home")["home"]
            return found if found and all(word in told(found) for word in words) else None

        return eventually(look, f"a home with {words}")

    @contextmanager
    def browser(self) -> Iterator[httpx.Client]:
        """A browser of theirs, with nothing in it."""
        with httpx.Client(follow_redirects=True, timeout=30) as client:
            yield client

    def installs(self) -> str:
        """Installs Slipway in the workspace; the page that they end on."""
        with self.browser() as browser:
            begun = browser.get(f"{self.public_url}/slack/install/begin", follow_redirects=False)
            query = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["location"]).query).items()}
            page = browser.get(self.play("authorize", query=query)["location"])
        assert page.status_code == 200, page.text
        return page.text

    def opens(self, path: str) -> str:
        """A page of Slipway's, as their browser shows it once they are signed in."""
        with self.browser() as browser:
            page = signed_in(browser, browser.get(f"{self.public_url}{path}"), self.name)
        assert page.status_code == 200, page.text
        return page.text

    def links(self, login: str) -> str:
        """Follows the link that Slipway offers, signs in at GitHub as `login` and says yes; the page they end on."""
        offered = self.types("link").newer("Link GitHub")
        address = next(one["url"] for one in offered["actions"] if one["url"])
        with self.browser() as browser:
            page = signed_in(browser, browser.get(address), login)
            assert page.status_code == 200, page.text
            token = parse_qs(urlsplit(address).query)["token"][0]
            csrf = CSRF.search(page.text)
            assert csrf is not None, page.text
            done = browser.post(f"{self.public_url}/slack/link", data={"token": token, "csrf": csrf[1]})
        assert done.status_code == 200, done.text
        return done.text


@dataclass(frozen=True)
class Shown:
    """What stood in a channel at a moment, so that what is newer can be told from it."""

    who: Somebody
    known: tuple[str, ...] = field(default=())

    def newer(self, *words: str) -> dict[str, Any]:
        """The message, of whoever and for whomever, that came since and in which all of these words stand."""
        return self._first(lambda text: all(word in text for word in words), words)

    def newer_of(self, *words: str) -> dict[str, Any]:
        """The first such message in which one of these words stands."""
        return self._first(lambda text: any(word in text for word in words), words)

    def _first(self, fits: Callable[[str], bool], words: tuple[str, ...]) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            fresh = [one for one in self.who.messages() if one["ts"] not in self.known]
            return next((one for one in fresh if fits(told(one))), None)

        return eventually(look, f"{words} in #{self.who.channel} for {self.who.name}")


def told(one: Mapping[str, Any]) -> str:
    """All words of a message or view, with its buttons' labels."""
    shown = [str(one.get("text", "")), str(one.get("title", "")), *one["words"]]
    return "\n".join([*shown, *(str(each["text"]) for each in one["actions"])])


def buttons(message: Mapping[str, Any]) -> set[str]:
    """The actions that a message offers."""
    return {str(one["action"]) for one in message["actions"]}


def block_of(message: Mapping[str, Any], action: str) -> str:
    """The block in which a button stands."""
    return str(next(one["block"] for one in message["actions"] if one["action"] == action))


def signed_in(browser: httpx.Client, page: httpx.Response, login: str) -> httpx.Response:
    """The page behind the sign-in at GitHub; the same page where nobody asked."""
    if "/login/oauth/authorize" not in page.url.path:
        return page
    form = {name: values[0] for name, values in parse_qs(page.url.query.decode()).items()}
    return browser.post(str(page.url.copy_with(query=None)), data=form | {"login": login})


class Watch:
    """Looks at the app's messages all the time; remembers every text that one of them ever had. Use it as a context."""

    def __init__(self, who: Somebody) -> None:
        self.texts: list[str] = []
        self._who = who
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(0.05):
            for one in self._who.roots():
                if told(one) not in self.texts:
                    self.texts.append(told(one))
