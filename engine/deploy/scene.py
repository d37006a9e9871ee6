"""One ask in the transaction that writes, and the environment that it turns out to mean."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.deploy.aim import Aim
from engine.deploy.asks import DeployAsk
from engine.deploy.facts import Facts, aim_in, rules_in
from engine.deploy.known import Known, read_known
from engine.deploy.outcome import Obstacle, Refused
from engine.deploy.project import adopt
from engine.deploy.words import obstacle
from engine.domain.environment import Environment
from engine.project.environments import Rules
from engine.reasons import Reason
from engine.reports.escape import sentence
from engine.settings import Settings
from engine.store.locks import LockTimes
from engine.variables.variables import Variables


@dataclass(frozen=True)
class Scene:
    """Where an ask is carried out."""

    connection: Connection
    ask: DeployAsk
    facts: Facts
    #: Read in this transaction.
    known: Known
    variables: Variables
    settings: Settings
    times: LockTimes

    @property
    def now(self) -> float:
        """Unix seconds."""
        return self.times.now


@dataclass(frozen=True)
class Place:
    """The environment that is meant, as it is stored, with the rules of now."""

    environment: Environment
    rules: Rules
    aim: Aim


def located(scene: Scene) -> tuple[Scene, Place] | Refused:
    """The environment that the ask means; those that `slipway.yml` names are made, and others retired, by the way."""
    if scene.facts.rules:
        adopt(scene.connection, scene.ask.repository, scene.facts.rules, scene.now)
        scene = replace(scene, known=read_known(scene.connection, scene.ask))
    elif not scene.known.environments:
        return Refused((misconfigured(scene.facts.problems),))
    aim = aim_in(scene.ask, scene.facts.rules, scene.known)
    if isinstance(aim, Obstacle):
        return Refused((aim,))
    environment = scene.known.environment(aim.environment)
    assert environment is not None, "a name that was found is stored by now"
    return scene, Place(environment, rules_in(scene.facts, scene.known, aim), aim)


def misconfigured(problems: tuple[str, ...]) -> Obstacle:
    """`slipway.yml` on the default branch can't be read."""
    told = " ".join(sentence(each) for each in problems)
    return obstacle(Reason.BAD_CONFIGURATION, f"`slipway.yml` on the default branch has problems. {told}")
