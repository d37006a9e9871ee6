"""Which environments a project offers, as its default branch names them at this moment."""

from dataclasses import dataclass

from bot.slack.deps import SlackDeps
from engine.errors import ConfigurationError
from engine.project.config import PROJECT_FILE
from engine.project.environments import read_rules
from engine.reports.escape import sentence
from engine.store.repositories import StoredRepository


@dataclass(frozen=True)
class Offers:
    """The names of environments, in their order; none when `slipway.yml` has problems."""

    names: tuple[str, ...]
    #: Markdown: what is wrong with the file; empty: nothing.
    problems: str = ""

    def chosen(self, name: str) -> str:
        """The environment of that name, else the only one; empty: it is to be chosen."""
        return name if name in self.names else self.names[0] if len(self.names) == 1 else ""


def offers_of(deps: SlackDeps, repository: StoredRepository) -> Offers:
    """What may be chosen. Raises Unreachable, Denied or Gone."""
    data = deps.forge.read_file(repository.ref, PROJECT_FILE, repository.default_branch)
    try:
        return Offers(tuple(each.name for each in read_rules(data)))
    except ConfigurationError as error:
        told = "\n".join(f"- {sentence(each)}" for each in error.problems)
        return Offers((), f"**`slipway.yml` on the default branch has to be mended first:**\n\n{told}")
