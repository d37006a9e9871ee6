"""What somebody asks of an environment, whichever door it came through: comment, button, page, API, terminal, push."""

from dataclasses import dataclass, field
from enum import StrEnum

from engine.forge.port import RepositoryRef
from engine.settings import Secret


class Action(StrEnum):
    """What is to be done."""

    DEPLOY = "deploy"
    ROLLBACK = "rollback"
    PROMOTE = "promote"
    APPROVE = "approve"
    REJECT = "reject"
    LOCK = "lock"
    UNLOCK = "unlock"
    ENV_LIST = "env list"
    ENV_SET = "env set"
    ENV_UNSET = "env unset"
    RESTART = "restart"
    CANCEL = "cancel"


@dataclass(frozen=True)
class NewVariable:
    """A value for an environment's application."""

    key: str
    value: Secret
    is_secret: bool = True
    #: True: a preview that would get this very value refuses to start.
    guard: bool = False


@dataclass(frozen=True)
class Overrides:
    """What the API may say of one deploy beside `slipway.yml`; None: as the project says."""

    port: int | None = None
    strategy: str | None = None
    health_check_path: str | None = None
    auto_deploy_branch: str | None = None
    instance_id: str | None = None


@dataclass(frozen=True)
class DeployAsk:
    """One ask. Words are as they were written: rules read them."""

    action: Action
    repository: RepositoryRef
    default_branch: str
    login: str
    #: comment | button | page | api | cli | slack | push
    door: str
    #: The delivery or request: the same ask twice makes one release. Empty only for pushes.
    ask: str
    #: Words behind the command that may be an environment, a ref or a release, in their order.
    words: tuple[str, ...] = ()
    #: Named outright, where the door has a field for each; empty: look in `words`.
    environment: str = ""
    ref: str = ""
    #: Of a rollback: the number (`12`, `v12`) or id of a release; of approve, reject, cancel: a release's or gate's id.
    release: str = ""
    #: Why: of a lock, a takeover, a rejection.
    reason: str = ""
    #: `/rollback --plan`: nothing is changed.
    plan_only: bool = False
    #: `/unlock --force`, `/lock --force`: takes over what another holds, with a reason.
    force: bool = False
    #: The pull request that it was said on, and its head when it was written (C3); 0 and empty: none.
    number: int = 0
    head: str = ""
    #: What a button is bound to; empty: none.
    sha: str = ""
    #: When it was written, in Unix seconds, where that is before it was taken in (a comment); 0: now. What a branch
    #: moved to since then is never deployed for it.
    asked_at: float = 0.0
    variables: tuple[NewVariable, ...] = ()
    overrides: Overrides = field(default_factory=Overrides)
