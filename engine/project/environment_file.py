"""The part of `slipway.yml` under `environments`, as people write it."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from engine.domain.environment import NAME
from engine.forge.commits import BRANCH, is_ref_name
from engine.project.command import CommandLine
from engine.project.place import WebPath
from engine.project.start_rules import Names, names_of
from engine.project.window import Windows

#: The one environment of a project that names none.
PRODUCTION = "production"
#: Environments of one project.
MOST_ENVIRONMENTS = 20
TARGETS = ("local",)
#: A login at GitHub (39 characters at most), with `[bot]` behind it for a GitHub App's account.
LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98})(?:\[bot\])?")
#: The name of a variable, as a POSIX environment takes it.
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


def _branch_of(value: str) -> str:
    name = value.removeprefix(BRANCH)
    if not is_ref_name(name) or name.startswith("refs/"):
        raise ValueError(f"{value!r} is no name of a branch. Write one such as main.")
    return name


def _logins_of(values: tuple[str, ...]) -> tuple[str, ...]:
    logins = tuple(value.removeprefix("@") for value in values)
    for login in logins:
        if not LOGIN.fullmatch(login):
            raise ValueError(f"{login!r} is no login. Write people's logins, such as [ada, grace]; teams aren't read.")
    return logins


def _keys_of(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not KEY.fullmatch(value):
            raise ValueError(f"{value!r} is no name of a variable. Write one such as DATABASE_URL.")
    return values


def _checks_of(value: object) -> str | tuple[str, ...]:
    if value in ("all", "none"):
        return str(value)
    if not isinstance(value, list):
        raise ValueError("write all, none or a list of checks' names here, such as [test, lint].")
    return names_of(value)


def _name_of(value: str) -> str:
    if not NAME.fullmatch(value):
        raise ValueError(f"{value!r} is no name of an environment. Write small letters, digits and -, such as staging.")
    return value


Branch = Annotated[str, AfterValidator(_branch_of)]
Logins = Annotated[Names, AfterValidator(_logins_of)]
Keys = Annotated[Names, AfterValidator(_keys_of)]
CheckNames = Annotated[str | tuple[str, ...], BeforeValidator(_checks_of)]
EnvironmentName = Annotated[str, AfterValidator(_name_of)]


class EnvironmentFile(BaseModel):
    """One environment of the file: who may and what is needed, then what runs."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    auto_deploy_branch: Branch | None = None
    target: Literal["local"] = "local"
    access: Literal["public", "private"] = "public"
    deployers: Logins = ()
    approvals: int = Field(default=0, ge=0, le=6)
    after: EnvironmentName | None = None
    windows: Windows = ()
    checks: CheckNames = "all"
    up_to_date: bool = True
    guard: Keys = ()

    health_check_path: WebPath | None = None
    port: int | None = Field(default=None, ge=1024, le=65535)
    startup_timeout: int | None = Field(default=None, ge=1, le=900)
    strategy: Literal["rolling"] = "rolling"
    release_command: CommandLine = ()
    drain: int | None = Field(default=None, ge=0, le=300)


def problems_between(environments: dict[str, EnvironmentFile], preview_variables: str | None) -> list[str]:
    """What is wrong with environments that name one another, a sentence each with its path in the file."""
    problems = []
    if len(environments) > MOST_ENVIRONMENTS:
        problems.append(f"environments: {len(environments)} are named; at most {MOST_ENVIRONMENTS} are read.")
    for name, each in environments.items():
        if each.after is not None and each.after not in environments:
            problems.append(f"environments.{name}.after: there is no environment {each.after!r} in this file.")
        elif _comes_after_itself(environments, name):
            problems.append(f"environments.{name}.after: it would come after itself. Take one `after` away.")
    if preview_variables is not None and preview_variables not in (set(environments) or {PRODUCTION}):
        problems.append(f"preview.variables: there is no environment {preview_variables!r} in this file.")
    return problems


def _comes_after_itself(environments: dict[str, EnvironmentFile], name: str) -> bool:
    at, seen = environments[name].after, set[str]()
    while at in environments and at not in seen:
        if at == name:
            return True
        seen.add(at)
        at = environments[at].after
    return False
