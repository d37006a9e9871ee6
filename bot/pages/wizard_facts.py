"""What the wizard offers of a project: its environments as the default branch names them, and what lives in each."""

from dataclasses import dataclass

from bot.pages.project_visit import ProjectVisit
from bot.pages.reception import Reception
from bot.pages.standing import Standing, of_repository
from engine.errors import ConfigurationError
from engine.project.config import PROJECT_FILE
from engine.project.environments import Rules, read_rules
from engine.variables.variables import Shown


@dataclass(frozen=True)
class Offered:
    """The environments, each with what is stored of it."""

    rules: tuple[Rules, ...]
    #: Every problem of `slipway.yml`, a sentence each: then nothing is offered.
    problems: tuple[str, ...]
    standings: dict[str, Standing]
    variables: dict[str, tuple[Shown, ...]]

    def named(self, name: str) -> Rules | None:
        """The rules of the environment of that name."""
        return next((each for each in self.rules if each.name == name), None)

    def standing(self, name: str) -> Standing | None:
        """What is stored of it; None before anything was asked of it."""
        return self.standings.get(name)

    def shown(self, name: str) -> tuple[Shown, ...]:
        """Its variables."""
        return self.variables.get(name, ())


def offered(reception: Reception, found: ProjectVisit) -> Offered:
    """What may be chosen. Raises Unreachable, Denied or Gone."""
    data = reception.forge.read_file(found.repository.ref, PROJECT_FILE, found.repository.default_branch)
    rules: tuple[Rules, ...] = ()
    problems: tuple[str, ...] = ()
    try:
        rules = read_rules(data)
    except ConfigurationError as error:
        problems = tuple(error.problems)
    with reception.database.read() as connection:
        stored = of_repository(connection, found.repository.id, reception.settings.intervals)
        kept = {
            each.environment.name: tuple(reception.variables.listing(connection, each.environment.id))
            for each in stored
        }
    return Offered(rules, problems, {each.environment.name: each for each in stored}, kept)
