"""Values that tests of rules speak about."""

from engine.domain.environment import Environment
from engine.domain.release import DeployState, Release, ReleaseKind, Waiting

#: The first release of `production`, waiting.
RELEASE = Release(
    id="dep_1",
    environment_id="env_1",
    installation_id=1,
    repository_id=7,
    number=1,
    kind=ReleaseKind.DEPLOY,
    sha="a" * 40,
    ref="refs/heads/main",
    artifact="dep_1",
    variables_version=0,
    configuration="{}",
    source_id="",
    state=DeployState.PENDING,
    waiting=Waiting.TURN,
    status_message="",
    cause_code="",
    cause="",
    fix="",
    ask="",
    requested_by="ada",
    door="api",
    number_of_pull_request=0,
    automatic=False,
    approvals_needed=0,
    stop_wanted="",
    created_at=1_700_042_400.0,
    started_at=None,
    finished_at=None,
)

ENVIRONMENT = Environment(
    id="env_1",
    installation_id=1,
    repository_id=7,
    name="production",
    target="local",
    label="production--shop-000000",
    access="public",
    release_id="",
    generation=1,
    sandbox_id="",
    variables_version=0,
    hold="",
    hold_by="",
    hold_at=0.0,
    rules="",
    retired=False,
    deaths=0,
    death="",
    revive_at=0.0,
    port=0,
)
