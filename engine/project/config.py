"""`slipway.yml`: strict, every problem at once with its path in the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from engine.errors import ConfigurationError
from engine.project.command import CommandLine
from engine.project.environment_file import EnvironmentFile, EnvironmentName, problems_between
from engine.project.path_filter import PathFilters
from engine.project.place import Folder, WebPath
from engine.project.readiness_file import ReadinessFile, WaiverFile, waivers_of
from engine.project.start_rules import USUAL, Bots, Names, StartRules
from engine.project.yaml_file import read_yaml
from engine.readiness.waiver import Waiver

#: Where the file lives in a repository.
PROJECT_FILE = "slipway.yml"


@dataclass(frozen=True)
class ProjectConfig:
    """What a repository says about itself; the defaults are those of a repository without the file."""

    #: `auto`: each push gets its preview; `on_command`: `/preview` starts it.
    preview_start: Literal["auto", "on_command"] = "auto"
    #: `private`: GitHub sign-in with read permission; `public`: anybody with the link.
    preview_access: Literal["private", "public"] = "private"
    #: Who may have a preview without asking for it.
    preview_rules: StartRules = USUAL
    #: Pull requests that change none of these files get no preview by themselves; empty: all do.
    preview_paths: tuple[str, ...] = ()
    #: The application's folder inside the repository.
    root: str = "."
    #: Commands that replace what detection found; None: detection decides, empty: nothing is run.
    install: tuple[str, ...] | None = None
    build: tuple[str, ...] | None = None
    start: tuple[str, ...] | None = None
    #: None: `/`.
    health_path: str | None = None
    #: The environment whose variables previews get; empty: none. Only the default branch's word counts.
    preview_variables: str = ""
    #: By name, in the file's order; none: there is one, `production` (engine.project.environments).
    environments: Mapping[str, EnvironmentFile] = field(default_factory=dict)
    #: Whether each build is looked at for readiness, or only those of pull requests where somebody asked once.
    readiness_when: Literal["asked", "always"] = "asked"
    #: Only the default branch's word counts.
    waivers: tuple[Waiver, ...] = ()


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _Labels(_Strict):
    require: Names = ()
    prevent: Names = ()


class _Preview(_Strict):
    start: Literal["auto", "on_command"] = "auto"
    access: Literal["private", "public"] = "private"
    drafts: bool = True
    bots: Bots = False
    labels: _Labels = Field(default_factory=_Labels)
    paths: PathFilters = ()
    variables: EnvironmentName | None = None


#: An environment with nothing behind its name has the defaults.
_Environment = Annotated[EnvironmentFile, BeforeValidator(lambda value: {} if value is None else value)]


class _File(_Strict):
    preview: _Preview = Field(default_factory=_Preview)
    root: Folder = "."
    install: CommandLine | None = None
    build: CommandLine | None = None
    start: CommandLine | None = None
    health_path: WebPath | None = None
    environments: dict[EnvironmentName, _Environment] = Field(default_factory=dict)
    readiness: ReadinessFile = Field(default_factory=ReadinessFile)


def read_project(data: bytes | None) -> ProjectConfig:
    """The project of these bytes of `slipway.yml`; None: the file isn't there. Raises ConfigurationError."""
    if data is None:
        return ProjectConfig()
    content = read_yaml(PROJECT_FILE, data)
    try:
        file = _File.model_validate({} if content is None else content)
    except ValidationError as error:
        raise ConfigurationError([_problem(each) for each in error.errors()]) from error
    problems = problems_between(file.environments, file.preview.variables)
    if problems:
        raise ConfigurationError([f"{PROJECT_FILE}: {each}" for each in problems])
    return ProjectConfig(
        preview_start=file.preview.start,
        preview_access=file.preview.access,
        preview_rules=StartRules(
            drafts=file.preview.drafts,
            bots=file.preview.bots,
            require=file.preview.labels.require,
            prevent=file.preview.labels.prevent,
        ),
        preview_paths=file.preview.paths,
        root=file.root,
        install=file.install,
        build=file.build,
        start=file.start,
        health_path=file.health_path,
        preview_variables=file.preview.variables or "",
        environments=file.environments,
        readiness_when=file.readiness.when,
        waivers=waivers_of(file.readiness),
    )


def _problem(error: ErrorDetails) -> str:
    """One sentence about one problem: where it is, what is wrong, what would be right."""
    # A wrong name of an environment is told at that name.
    path = [str(part) for part in error["loc"] if part != "[key]"]
    where = ".".join(path) or "the file"
    match error["type"]:
        case "extra_forbidden":
            return f"{PROJECT_FILE}: {where}: an unknown key. Known here: {', '.join(_known(path[:-1]))}."
        case "literal_error":
            return f"{PROJECT_FILE}: {where}: {error['input']!r} is none of {error['ctx']['expected']}."
        case "model_type":
            known = ", ".join(_known(path))
            return f"{PROJECT_FILE}: {where}: write keys with values here, such as `key: value`. Known: {known}."
        case "value_error":
            return f"{PROJECT_FILE}: {where}: {error['ctx']['error']}"
        case _:
            return f"{PROJECT_FILE}: {where}: {error['msg']}."


def _known(path: list[str]) -> list[str]:
    """The keys that may stand at this place of the file."""
    if path[:1] == ["environments"] and len(path) == 2:
        return list(EnvironmentFile.model_fields)
    if path[:2] == ["readiness", "waivers"]:
        return list(WaiverFile.model_fields)
    inner: dict[tuple[str, ...], type[BaseModel]] = {
        ("preview",): _Preview,
        ("preview", "labels"): _Labels,
        ("readiness",): ReadinessFile,
    }
    return list(inner.get(tuple(path), _File).model_fields)
