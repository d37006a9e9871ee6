"""Counts at the playground, which is the auditor: whatever Slipway believes, this is what people see."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
from githubkit import AppAuthStrategy, GitHub

from engine.settings import GitHubApp
from tests.stories.person import Person


@dataclass(frozen=True)
class Attempt:
    """One attempt of the playground to hand a webhook over."""

    guid: str
    event: str
    action: str
    status_code: int

    @property
    def accepted(self) -> bool:
        """True when Slipway answered 2xx."""
        return 200 <= self.status_code < 300


class Auditor:
    """Looks at a playground that was started with its fault switch."""

    def __init__(self, web_url: str, api_url: str, people: dict[str, Person], app: GitHubApp) -> None:
        self._client = httpx.Client(base_url=web_url, timeout=60, verify=False)
        self._people = people
        headers = {"Accept": "application/vnd.github+json"}
        self._api = httpx.Client(base_url=api_url, headers=headers, timeout=60, verify=False)
        strategy = AppAuthStrategy(app.app_id, app.private_key.reveal())
        self._app = GitHub(strategy, base_url=app.api_url, http_cache=False, auto_retry=False)

    def turn(self, rules: list[dict[str, Any]], seed: int) -> None:
        """Lets calls and webhooks go wrong."""
        answer = self._client.put("/playground/faults", json={"seed": seed, "rules": rules})
        assert answer.status_code == 200, answer.text

    def end_faults(self) -> int:
        """Nothing goes wrong from now on; how often something did."""
        hits = sum(int(rule["hits"]) for rule in self._client.get("/playground/faults").json()["rules"])
        self._client.delete("/playground/faults")
        return hits

    def effects(self) -> list[dict[str, Any]]:
        """Everything that happened, in order."""
        return list(self._client.get("/playground/effects").json())

    def attempts(self) -> Iterator[Attempt]:
        """Every attempt to hand a webhook over, newest first."""
        path: str | None = "/app/hook/deliveries?per_page=100"
        while path:
            answer = self._app.request("GET", path).raw_response
            for each in answer.json():
                yield Attempt(each["guid"], each["event"], each["action"] or "", int(each["status_code"]))
            path = answer.links["next"]["url"] if "next" in answer.links else None

    def get(self, path: str) -> Any:
        """What the owner of a repository sees."""
        owner = path.split("/")[2]
        answer = self._api.get(path, headers={"Authorization": f"Bearer {self._people[owner].token}"})
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()
        self._api.close()


def doubled(effects: list[dict[str, Any]]) -> Iterator[str]:
    """What was created more than once though once was enough."""
    made: Counter[tuple[object, ...]] = Counter()
    for each in effects:
        if each["kind"] == "comment_created" and str(each["actor"]).endswith("[bot]"):
            made["comment", each["repository"], each["number"]] += 1
        elif each["kind"] == "check_run_created":
            made["check run", each["repository"], each["sha"], each["name"]] += 1
        elif each["kind"] == "reaction_created" and str(each["actor"]).endswith("[bot]"):
            made["reaction", each["repository"], each["comment_id"], each["content"]] += 1
    for what, count in made.items():
        if count > 1:
            yield f"{count} times: {what}"


def backward(effects: list[dict[str, Any]], builds_of: Counter[str]) -> Iterator[str]:
    """Check runs that were shown as going on more often than their commit was built: an old state over a new one."""
    begun: Counter[str] = Counter()
    for each in effects:
        if each["kind"] in ("check_run_created", "check_run_updated") and each["status"] != "completed":
            begun[str(each["sha"])] += each.get("was", "completed") == "completed"
    for sha, count in begun.items():
        if count > builds_of[sha]:
            yield f"{sha[:7]} began {count} times, with {builds_of[sha]} builds"
