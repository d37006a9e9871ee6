"""Deliveries of our own making, for what GitHub told nobody: they go the one path that all deliveries go.

Their shape is GitHub's. A key holds the difference and the hour: what intake couldn't mend is tried again later.
"""

import orjson

from engine.forge.delivery_ids import ids_of, order_key_of
from engine.forge.directory import CoveredRepository, InstalledApp
from engine.forge.port import RepositoryRef
from engine.recovery.differences import Change, ToldPullRequest
from engine.store.port import Delivery

SOURCE = "sweep"
HOUR = 3600.0


def of_installation(action: str, app: InstalledApp, now: float) -> Delivery:
    """`installation`."""
    body: dict[str, object] = {"action": action, "installation": _installation(app.id, app.account)}
    return _delivery("installation", f"{app.id}:{action}", body, now)


def of_repository(change: Change, installation_id: int, repository: CoveredRepository, now: float) -> Delivery:
    """`installation_repositories` for what came, `repository` for what changed."""
    name = repository.repository.full_name
    what = f"{repository.repository.id}:{change}:{name}"
    if change is Change.ADDED:
        added = [{"id": repository.repository.id, "full_name": name}]
        body: dict[str, object] = {"action": "added", "repositories_added": added}
        body["installation"] = _installation(installation_id)
        return _delivery("installation_repositories", what, body, now)
    body = {"action": str(change), "repository": vars(repository.repository)}
    return _delivery("repository", what, body | {"installation": {"id": installation_id}}, now)


def of_removal(ref: RepositoryRef, now: float) -> Delivery:
    """`installation_repositories` for what left."""
    removed = [{"id": ref.id, "full_name": ref.full_name}]
    body: dict[str, object] = {"action": "removed", "repositories_removed": removed}
    body["installation"] = _installation(ref.installation_id)
    return _delivery("installation_repositories", f"{ref.id}:removed", body, now)


def of_pull_request(
    action: str, told: ToldPullRequest, repository: CoveredRepository, installation_id: int, now: float
) -> Delivery:
    """`pull_request`, sent by its author: that is whose permission it needs to be built by itself."""
    body = {
        "action": action,
        "number": told.number,
        "pull_request": told.object,
        "repository": vars(repository.repository),
        "installation": {"id": installation_id},
        "sender": told.object.get("user"),
    }
    what = f"{repository.repository.id}:{told.number}:{action}:{told.head_sha}:{told.updated_at:.0f}"
    return _delivery("pull_request", what, body, now)


def _delivery(event: str, what: str, body: dict[str, object], now: float) -> Delivery:
    written = orjson.dumps(body)
    installation_id, repository_id = ids_of(written)
    return Delivery(
        key=f"{SOURCE}:{event}:{what}:{now // HOUR:.0f}",
        source=SOURCE,
        event=event,
        body=written,
        installation_id=installation_id,
        order_key=order_key_of(repository_id),
    )


def _installation(installation_id: int, account: str = "") -> dict[str, object]:
    # GitHub's objects carry the account's number, which nobody here reads.
    return {"id": installation_id, "account": {"id": 0, "login": account} if account else None}
