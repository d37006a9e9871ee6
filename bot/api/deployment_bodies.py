"""What the calls of deployments take."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.api.previews import RepositoryName
from bot.api.reading import Sent
from engine.deploy.asks import NewVariable, Overrides
from engine.settings import Secret
from engine.variables.rules import LARGEST, MOST, problems_of

#: Bytes of a body that carries variables.
VARIABLES_LIMIT = 1 << 20
KEY = r"^[A-Za-z_][A-Za-z0-9_]{0,199}$"
EnvironmentName = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9-]{0,29}$", description="An environment's name in lower case, such as staging.")
]
Ref = Annotated[
    str,
    # No ref begins with a dash or holds these (git-check-ref-format).
    Field(
        pattern=r"^[^\x00-\x20\x7f~^:?*\[\\-][^\x00-\x20\x7f~^:?*\[\\]{0,249}$", description="A branch, tag or commit."
    ),
]
Why = Annotated[str, Field(max_length=500)]


class Value(Sent):
    """The value of one variable."""

    value: Annotated[str, Field(max_length=LARGEST, repr=False, json_schema_extra={"writeOnly": True})]
    is_secret: Annotated[bool, Field(description="True: it is never shown again, by nothing.")] = True
    guard: Annotated[bool, Field(description="True: a preview that would get this very value refuses to start.")] = (
        False
    )

    def named(self, key: str) -> NewVariable:
        """The variable of that name."""
        return NewVariable(key, Secret(self.value), self.is_secret, self.guard)


class NamedValue(Value):
    """One variable."""

    key: Annotated[str, Field(pattern=KEY, description="Letters, digits and underscores, no digit first.")]


def fit_to_be_set(given: tuple[NamedValue, ...]) -> tuple[NamedValue, ...]:
    """Names and values as a process can be given them, each once."""
    problems = problems_of([each.named(each.key) for each in given])
    if problems:
        raise ValueError(" ".join(problems).rstrip("."))
    return given


Values = Annotated[tuple[NamedValue, ...], Field(max_length=MOST, strict=False), AfterValidator(fit_to_be_set)]


class NewVariables(Sent):
    """Variables to be set in one version."""

    variables: Values

    @property
    def named(self) -> tuple[NewVariable, ...]:
        """The variables."""
        return tuple(each.named(each.key) for each in self.variables)


class NewDeployment(Sent):
    """A deployment that is asked for. What is left out is as `slipway.yml` says."""

    repository: RepositoryName
    environment: EnvironmentName = "production"
    ref: Annotated[Ref | Literal[""], Field(description="A branch, tag or commit; none: the default branch.")] = ""
    instance_id: str = Field(
        default_factory=str, pattern="^[A-Za-z0-9-]{1,64}$", description="A machine of the target."
    )
    port: Annotated[
        int | None, Field(ge=1, le=65535, description="Where the application listens, at targets that need one (8080).")
    ] = None
    strategy: Literal["rolling"] | None = None
    health_check_path: str = Field(
        default_factory=str, pattern="^/[!-~]{0,500}$", description="A path that answers 2xx once it is well: /health."
    )
    env_vars: Values = ()
    auto_deploy_branch: Annotated[Ref | Literal[""], Field(description="Pushes to this branch deploy from now on.")] = (
        ""
    )

    @property
    def overrides(self) -> Overrides:
        """What it says beside the project."""
        return Overrides(
            port=self.port,
            strategy=self.strategy,
            health_check_path=self.health_check_path or None,
            auto_deploy_branch=self.auto_deploy_branch or None,
            instance_id=self.instance_id or None,
        )

    @property
    def variables(self) -> tuple[NewVariable, ...]:
        """The values that it brings."""
        return tuple(each.named(each.key) for each in self.env_vars)


class DeploymentsQuery(Sent):
    """Which deployments, newest first."""

    repository: RepositoryName
    environment: EnvironmentName | None = None
    state: Annotated[str, Field(max_length=40, description="A state, in any case.")] | None = None
    limit: Annotated[str, Field(pattern=r"^([1-9][0-9]?|100)$", description="A number from 1 to 100.")] = "50"
    before: Annotated[str, Field(max_length=80, description="The id that a page ended with (`next`).")] | None = None


class RollbackQuery(Sent):
    """How a rollback is asked for."""

    plan: Annotated[str, Field(pattern="^[01]$", description="1: only tell what it would change.")] = "0"


class Rollback(Sent):
    """Where a rollback goes."""

    to: Annotated[
        str,
        Field(
            pattern=r"^(v?[1-9][0-9]{0,8}|dep_[0-9a-f]{1,40})?$",
            description="A release: 3, v3 or its id; none: the one before.",
        ),
    ] = ""
    plan: Annotated[bool, Field(description="True: only tell what it would change.")] = False


class Decision(Sent):
    """Why somebody approves, rejects or cancels."""

    reason: Why = ""


class LogQuery(Sent):
    """Which part of a log."""

    start: Annotated[str, Field(alias="from", pattern=r"^[0-9]{1,9}$", description="The first line, from 0.")] = "0"
    limit: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,4}$", description="Lines at most, up to 10000.")] = "1000"
    format: Literal["json", "text"] = "json"
