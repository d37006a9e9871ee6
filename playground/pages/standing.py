"""What stands in each environment, as pages show it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playground.accounts import Account, account_by_id
from playground.deployments import ACTIVE, Deployment, DeploymentStatus, deployments_of, statuses_of
from playground.hub import Hub
from playground.repositories import Repository


@dataclass(frozen=True)
class Told:
    """A deployment with what was said of it, newest first."""

    deployment: Deployment
    creator: Account
    statuses: Sequence[DeploymentStatus]

    @property
    def state(self) -> str:
        """How it is now; one of which nothing was said waits."""
        return self.statuses[0].state if self.statuses else "queued"

    @property
    def word(self) -> str:
        """The same for people."""
        if self.state == ACTIVE:
            return "active"
        if self.state == "inactive" and self.deployment.is_transient:
            return "destroyed"
        return self.state.replace("_", " ")

    @property
    def url(self) -> str:
        """Where it can be looked at; empty: nowhere."""
        return self.statuses[0].environment_url if self.statuses else ""

    @property
    def log_url(self) -> str:
        """Where its log is; empty: nowhere."""
        return self.statuses[0].log_url if self.statuses else ""

    @property
    def description(self) -> str:
        """The last word that was said of it."""
        said = self.statuses[0].description if self.statuses else ""
        return said or self.deployment.description or ""


@dataclass(frozen=True)
class Standing:
    """An environment: its newest deployment, and the active one where that is an older one."""

    name: str
    newest: Told
    active: Told | None


def told_of(hub: Hub, deployment: Deployment) -> Told:
    creator = account_by_id(hub.database, deployment.creator_id)
    return Told(deployment, creator, statuses_of(hub, deployment))


def standings(
    hub: Hub, repository: Repository, wanted: Callable[[Deployment], bool] = lambda _: True
) -> list[Standing]:
    """Each environment that a wanted deployment went to, lasting ones first, by name; without those that are over."""
    known: dict[str, list[Told]] = {}
    for deployment in deployments_of(hub, repository):
        if wanted(deployment):
            known.setdefault(deployment.environment.lower(), []).append(told_of(hub, deployment))
    found = [_standing(every) for _, every in sorted(known.items())]
    found.sort(key=lambda one: one.newest.deployment.is_transient)
    return [one for one in found if one.newest.word != "destroyed"]


def _standing(every: Sequence[Told]) -> Standing:
    newest = every[0]
    active = next((one for one in every if one.state == ACTIVE), None)
    return Standing(newest.deployment.environment, newest, None if active is newest else active)
