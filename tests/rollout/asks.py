"""What the desk writes down when somebody asks for a deploy or a rollback."""

import time

from engine.domain.environment import Environment
from engine.domain.release import Release, ReleaseKind
from engine.project.environments import RunConfig
from engine.store.releases import NewRelease


def a_deploy_of(environment: Environment, sha: str, config: RunConfig) -> NewRelease:
    """@ada comments `/deploy`; each time is an ask of its own."""
    return NewRelease(
        environment=environment,
        kind=ReleaseKind.DEPLOY,
        sha=sha,
        ref="refs/heads/main",
        requested_by="ada",
        door="comment",
        ask=f"ask-{time.monotonic_ns()}",
        variables_version=environment.variables_version,
        configuration=config.json(),
        approvals_needed=0,
    )


def a_rollback_to(environment: Environment, to: Release, plan: str) -> NewRelease:
    """@ada comments `/rollback`: all that the old release was made of."""
    return NewRelease(
        environment=environment,
        kind=ReleaseKind.ROLLBACK,
        sha=to.sha,
        ref=to.ref,
        requested_by="ada",
        door="comment",
        ask=f"ask-{time.monotonic_ns()}",
        variables_version=to.variables_version,
        configuration=to.configuration,
        approvals_needed=0,
        source_id=to.id,
        artifact=to.artifact,
        plan=plan,
    )
