"""Payloads that tell for whom we work and who may do what: installations, repositories, members.

Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation.
"""

from collections.abc import Sequence

from engine.domain import event as domain
from engine.forge import payload_models as models
from engine.forge.payload_values import NO_INSTALLATION, person_of, repository_of


def read_installation(delivery: str, payload: dict[str, object]) -> domain.Event:
    """Installed, suspended, uninstalled, other permissions."""
    change = models.InstallationChange.model_validate(payload)
    account = change.installation.account
    return domain.InstallationChanged(
        delivery=delivery,
        installation_id=change.installation.id,
        sender=person_of(change.sender),
        action=change.action,
        account="" if account is None else account.login,
        repositories=_names(change.repositories),
    )


def read_coverage(delivery: str, payload: dict[str, object]) -> domain.Event:
    """Repositories that came to an installation, or left it."""
    change = models.CoverageChange.model_validate(payload)
    return domain.CoverageChanged(
        delivery=delivery,
        installation_id=change.installation.id,
        sender=person_of(change.sender),
        added=_names(change.repositories_added),
        removed=_names(change.repositories_removed),
    )


def read_repository(delivery: str, payload: dict[str, object]) -> domain.Event:
    """Renamed, transferred, made private or public, archived, deleted."""
    change = models.RepositoryChange.model_validate(payload)
    if change.installation is None:
        return domain.Ignored(delivery, NO_INSTALLATION)
    return domain.RepositoryChanged(
        delivery=delivery,
        installation_id=change.installation.id,
        repository=repository_of(change.repository),
        sender=person_of(change.sender),
        action=change.action,
    )


def read_member(delivery: str, payload: dict[str, object]) -> domain.Event:
    """A collaborator came, went, or has another role."""
    return _access(delivery, payload, "member")


def read_membership(delivery: str, payload: dict[str, object]) -> domain.Event:
    """Somebody joined or left a team."""
    return _access(delivery, payload, "membership")


def read_organization(delivery: str, payload: dict[str, object]) -> domain.Event:
    """Somebody joined or left an organization, among other things."""
    return _access(delivery, payload, "organization")


def _access(delivery: str, payload: dict[str, object], event: str) -> domain.Event:
    change = models.AccessChange.model_validate(payload)
    if change.installation is None:
        return domain.Ignored(delivery, NO_INSTALLATION)
    return domain.AccessChanged(
        delivery=delivery,
        installation_id=change.installation.id,
        sender=person_of(change.sender),
        what=f"{event} {change.action[:40]}",
    )


def _names(repositories: Sequence[models.NamedRepository]) -> tuple[domain.RepositoryName, ...]:
    return tuple(domain.RepositoryName(each.id, each.full_name) for each in repositories)
