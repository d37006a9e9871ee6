"""The environments that a project names: who may and what is needed (`Rules`), and what runs (`RunConfig`)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from engine.domain.environment import Environment
from engine.project.config import read_project
from engine.project.environment_file import PRODUCTION, EnvironmentFile

#: What `checks` says for every check, and for none.
ALL_CHECKS, NO_CHECKS = "all", "none"


@dataclass(frozen=True)
class Rules:
    """Who may deploy and what is needed, as the default branch's `slipway.yml` says."""

    name: str
    #: The branch whose pushes deploy, without `refs/heads/`; empty: none.
    auto_deploy_branch: str = ""
    target: str = "local"
    #: `public` or `private`.
    access: str = "public"
    #: Who may deploy; empty: everybody with write permission.
    deployers: tuple[str, ...] = ()
    #: How many people other than the asker must approve.
    approvals: int = 0
    #: The environment that must serve the same commit first; empty: none.
    after: str = ""
    windows: tuple[str, ...] = ()
    #: `all`, `none`, or the names of the checks that must be green.
    checks: str | tuple[str, ...] = ALL_CHECKS
    #: True: the commit must hold all of its base branch.
    up_to_date: bool = True
    #: Variables whose value no preview may get.
    guard: tuple[str, ...] = ()
    #: False for the one environment of a project that names none.
    written: bool = True
    #: The branch that somebody chose through the API, where the file names none.
    chosen_branch: str = ""

    @property
    def automatic_ref(self) -> str:
        """The full ref whose pushes deploy; empty: none."""
        branch = self.auto_deploy_branch or self.chosen_branch
        return f"refs/heads/{branch}" if branch else ""

    def admits(self, login: str) -> bool:
        """True when `login` is one of the deployers, or none are named. Logins are the same in any case."""
        return not self.deployers or login.lower() in {each.lower() for each in self.deployers}

    def json(self) -> str:
        """As it is stored."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `json` wrote, by this version or one before it."""
        return cls(**_known(cls, json.loads(text)))


@dataclass(frozen=True)
class RunConfig:
    """What runs, as `slipway.yml` says at the commit that is deployed."""

    #: The path whose answer 2xx or 3xx means healthy; empty: `/health`, and where that is 404, `/`.
    health_check_path: str = ""
    #: The port that the application insists on; 0: it takes $PORT.
    port: int = 0
    #: Seconds until it must be healthy; 0: as the settings say.
    startup_timeout: int = 0
    strategy: str = "rolling"
    #: Runs before the new version gets visitors; empty: nothing.
    release_command: tuple[str, ...] = ()
    #: Seconds that the version before goes on after the switch; None: as the settings say.
    drain: int | None = None

    def json(self) -> str:
        """As it is stored with a release."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """What `json` wrote, by this version or one before it; the defaults of an empty text."""
        return cls(**_known(cls, json.loads(text or "{}")))


def read_rules(data: bytes | None) -> tuple[Rules, ...]:
    """The environments of these bytes of `slipway.yml`, in its order; one `production` when it names none.

    Raises ConfigurationError with every problem.
    """
    named = read_project(data).environments
    if not named:
        return (Rules(PRODUCTION, written=False),)
    return tuple(_rules_of(name, each) for name, each in named.items())


def run_config(data: bytes | None, environment_name: str) -> RunConfig:
    """What runs in that environment, by these bytes of `slipway.yml`; the defaults when it isn't named there.

    Raises ConfigurationError with every problem.
    """
    found = read_project(data).environments.get(environment_name)
    if found is None:
        return RunConfig()
    return RunConfig(
        health_check_path=found.health_check_path or "",
        port=found.port or 0,
        startup_timeout=found.startup_timeout or 0,
        strategy=found.strategy,
        release_command=found.release_command,
        drain=found.drain,
    )


def rules_of(environment: Environment) -> Rules:
    """The rules of a stored environment, as the default branch had them last."""
    if not environment.rules:
        return Rules(environment.name, target=environment.target, access=environment.access, written=False)
    return Rules.from_json(environment.rules)


def in_order(found: Iterable[Environment]) -> list[Environment]:
    """Each behind the one that comes before it (`after`), those of a place by name; retired ones last."""
    every = list(found)
    after = {each.name: rules_of(each).after for each in every}
    return sorted(every, key=lambda each: (each.retired, len(_before(each.name, after)), each.name))


def _before(name: str, after: Mapping[str, str]) -> list[str]:
    """The environments that come before one; a circle is gone round once."""
    found: list[str] = []
    name = after.get(name, "")
    while name and name not in found:
        found.append(name)
        name = after.get(name, "")
    return found


def with_choice(rules: Rules, before: Rules | None) -> Rules:
    """The rules with the branch that was chosen through the API before, as long as the file names none."""
    if rules.auto_deploy_branch or before is None:
        return rules
    return replace(rules, chosen_branch=before.chosen_branch)


def _rules_of(name: str, each: EnvironmentFile) -> Rules:
    return Rules(
        name=name,
        auto_deploy_branch=each.auto_deploy_branch or "",
        target=each.target,
        access=each.access,
        deployers=each.deployers,
        approvals=each.approvals,
        after=each.after or "",
        windows=each.windows,
        checks=each.checks,
        up_to_date=each.up_to_date,
        guard=each.guard,
    )


def _known(of: type[Rules] | type[RunConfig], facts: dict[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(of)}
    return {key: tuple(value) if isinstance(value, list) else value for key, value in facts.items() if key in names}
