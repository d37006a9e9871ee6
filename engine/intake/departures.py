"""What ends when a repository is no longer ours to work for: nothing of it runs, opens, waits or stays secret here."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update

from engine.domain.gate import GateKind
from engine.domain.inspection import FixState, InspectionState
from engine.domain.job import JobKind
from engine.rollout.restarts import ask_retirement
from engine.store import environments as stored_environments
from engine.store import fixes, gates, generations, inspections, jobs, previews, releases, slack_channels
from engine.store.access_schema import handovers, sessions, share_links
from engine.store.deploy_schema import environments, secrets
from engine.store.routes import GENERATION
from engine.store.schema import outbox, pull_requests, routes
from engine.store.schema import previews as preview_rows


def end_all(connection: Connection, repository_ids: Sequence[int], why: str, now: float) -> int:
    """Ends what is ours in these repositories; how many previews that were. `why` is one short sentence.

    Their pull requests count as not open for us: should the repository come back, the level sweep opens them again.
    """
    ended = sum(_end(connection, repository_id, why, now) for repository_id in repository_ids)
    forget_tokens(connection)
    return ended


def erase_secrets(connection: Connection, repository_ids: Sequence[int]) -> None:
    """Whoever takes the GitHub App away takes back what was entrusted to it."""
    mine = select(environments.c.id).where(environments.c.repository_id.in_(repository_ids))
    connection.execute(delete(secrets).where(secrets.c.environment_id.in_(mine)))


def fall_silent(connection: Connection, repository_ids: Sequence[int]) -> None:
    """No channel in Slack hears of them any more: whoever installs the GitHub App again says anew who may."""
    for repository_id in repository_ids:
        slack_channels.forget_repository(connection, repository_id)


def give_up_reports(connection: Connection, repository_ids: Sequence[int], why: str) -> None:
    """Nothing is posted at GitHub any more. What a build that still ends has to say is tried once and given up too.
    Slack takes what is said of it all the same: its messages say how it ended.
    """
    unposted = (outbox.c.posted < outbox.c.version, outbox.c.given_up.is_(False))
    mine = (outbox.c.repository_id.in_(repository_ids), outbox.c.installation_id >= 0)
    connection.execute(update(outbox).where(*mine, *unposted).values(given_up=True, error=why))


def take_up_reports(connection: Connection, repository_ids: Sequence[int]) -> None:
    """What was given up is due again: GitHub may show a check as running that has ended meanwhile."""
    unposted = (outbox.c.posted < outbox.c.version, outbox.c.given_up)
    mine = (outbox.c.repository_id.in_(repository_ids), outbox.c.installation_id >= 0)
    connection.execute(update(outbox).where(*mine, *unposted).values(given_up=False, due_at=0.0))


def close_to_strangers(connection: Connection, repository_id: int, now: float) -> int:
    """Public previews become private at once (how many): what they show is no longer public. Builds to come follow
    `slipway.yml` again.
    """
    public = preview_rows.c.repository_id == repository_id, preview_rows.c.access == "public"
    closed = connection.execute(update(preview_rows).where(*public).values(access="private", updated_at=now)).rowcount
    # A site that is deployed stays as public as the project says, whoever may read its source.
    of_previews = routes.c.preview_id.in_(
        select(preview_rows.c.id).where(preview_rows.c.repository_id == repository_id)
    )
    open_routes = of_previews, routes.c.access == "public"
    connection.execute(update(routes).where(*open_routes).values(access="private", updated_at=now))
    generations.bump(connection, GENERATION)
    return closed


def forget_tokens(connection: Connection) -> None:
    """Every process mints its tokens anew, and asks again who may do what."""
    generations.bump(connection, generations.TOKENS)
    generations.bump(connection, generations.ACCESS)


def _end(connection: Connection, repository_id: int, why: str, now: float) -> int:
    alive = preview_rows.c.repository_id == repository_id, preview_rows.c.life != "removed"
    found = connection.execute(select(preview_rows.c.id).where(*alive)).scalars().all()
    for preview_id in found:
        preview = previews.by_id(connection, preview_id)
        assert preview is not None
        jobs.want_stop(connection, subject=preview_id, kind=JobKind.REVIVE, why="cancelled")
        previews.end(connection, preview, "removed", now)
    _close_doors(connection, repository_id, now)
    for environment in stored_environments.of_repository(connection, repository_id):
        for release in releases.unfinished(connection, environment.id):
            releases.cancel(connection, release, why, now)
        ask_retirement(connection, environment)
    _end_inspections(connection, repository_id, why, now)
    mine = pull_requests.c.repository_id == repository_id
    connection.execute(update(pull_requests).where(mine, pull_requests.c.open).values(open=False))
    for kind in GateKind:
        for gate in gates.waiting(connection, repository_id, kind):
            gates.make_void(connection, gate, now)
    give_up_reports(connection, [repository_id], why)
    return len(found)


def _end_inspections(connection: Connection, repository_id: int, why: str, now: float) -> None:
    """Nothing is looked at any more, and no fix written."""
    sentence = f"{why[:1].upper()}{why[1:].rstrip('.')}."
    for inspection in inspections.unfinished(connection, repository_id):
        jobs.want_stop(connection, subject=inspection.id, kind=JobKind.INSPECT, why="cancelled")
        inspections.advance(connection, inspection.id, InspectionState.FAILED, sentence, now)
    for fix in fixes.unfinished(connection, repository_id):
        jobs.want_stop(connection, subject=fix.id, kind=JobKind.FIX, why="cancelled")
        fixes.end(connection, fix.id, FixState.FAILED, sentence, now)


def _close_doors(connection: Connection, repository_id: int, now: float) -> None:
    """Share links and sign-ins to previews and releases end, for those too who came in by them."""
    mine = preview_rows.c.repository_id == repository_id
    ours = environments.c.repository_id == repository_id
    labels = select(preview_rows.c.label).where(mine).union(select(environments.c.label).where(ours))
    ids = select(preview_rows.c.id).where(mine).union(select(environments.c.id).where(ours))
    living = share_links.c.preview_id.in_(ids), share_links.c.revoked_at.is_(None)
    connection.execute(update(share_links).where(*living).values(revoked_at=now))
    connection.execute(delete(sessions).where(sessions.c.label.in_(labels)))
    connection.execute(delete(handovers).where(handovers.c.label.in_(labels)))
