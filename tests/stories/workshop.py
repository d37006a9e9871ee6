"""A repository with environments, a clone of it, and a pull request to talk on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stories.applications import flask
from tests.stories.live import Live
from tests.stories.person import Checkout, Person, eventually

#: Pull requests get no previews by themselves here: they are for talking.
QUIET = "preview:\n  start: on_command\nenvironments:\n"
AUTOMATIC = QUIET + "  production:\n    auto_deploy_branch: main\n"
ON_COMMAND = QUIET + "  production:\n    approvals: 0\n"
APPROVED = QUIET + "  production:\n    approvals: 1\n"


@dataclass(frozen=True)
class Workshop:
    """A repository of `owner`, in which `colleague` may write too."""

    owner: Person
    colleague: Person
    repository: str
    checkout: Checkout

    @classmethod
    def of(cls, owner: Person, colleague: Person, name: str, folder: Path) -> "Workshop":
        """A new repository with nothing but a README in it."""
        created = owner.call("POST", "/user/repos", {"name": name, "private": True, "auto_init": True})
        repository = str(created["full_name"])
        owner.call("PUT", f"/repos/{repository}/collaborators/{colleague.login}", {"permission": "push"})
        return cls(owner, colleague, repository, Checkout.of(owner, repository, folder))

    def live(self, name: str = "production") -> Live:
        """One of its environments."""
        return Live(self.owner, self.repository, name)

    def push(self, words: str, *, rules: str, message: str = "Change it") -> str:
        """Pushes an application that says `words` to main, with these rules; the commit's id."""
        return self.checkout.push(flask(words) | {"slipway.yml": rules}, "main", message)

    def talk(self) -> int:
        """Opens a pull request that is never built; its number."""
        clone = Checkout.of(self.owner, self.repository, self.checkout.folder.with_name("talk"))
        clone.push({"TALK.md": "Let us talk.\n"}, "talk")
        body = {"title": "Talk", "head": "talk", "base": "main"}
        return int(self.owner.call("POST", f"/repos/{self.repository}/pulls", body)["number"])

    def say(self, person: Person, number: int, command: str) -> str:
        """Gives a command and waits for its end; the reaction that tells how it went."""
        comment = person.comment(self.repository, number, command)

        def look() -> str | None:
            found = person.reactions(self.repository, comment) & {"rocket", "-1"}
            return next(iter(found), None)

        return eventually(look, f"an end of {command} on {self.repository}#{number}")

    def ask(self, command: str) -> dict[str, Any]:
        """Gives a command by the API, again as long as Slipway hears of a push that came before; the answer."""
        answer = self.owner.asks("/api/commands", {"command": command}, moved="head_moved")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def answered(self, number: int, *words: str) -> str:
        """What the pull request's comment says, once it says all of these words."""

        def look() -> str | None:
            said = "\n".join(str(each["body"]) for each in self.owner.sticky(self.repository, number))
            return said if all(word in said for word in words) else None

        return eventually(look, f"{words} in the comment of {self.repository}#{number}")

    def remarks(self, sha: str) -> list[dict[str, Any]]:
        """What was said about a commit."""
        return list(self.owner.call("GET", f"/repos/{self.repository}/commits/{sha}/comments"))
