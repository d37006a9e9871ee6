"""The plan of an application: how it is installed, built, started, probed. Detection makes it, the pipeline runs it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """One command of a plan: an argv list, run in the revision's folder. `label` is for people."""

    label: str
    argv: tuple[str, ...]


@dataclass(frozen=True)
class AppPlan:
    """What to do with a tree of files."""

    #: `python` | `node` | `static`
    runtime: str
    #: `flask` | `express` | `static` | … for people and reports.
    framework: str
    #: What detection saw, one short sentence each, such as "requirements.txt names flask".
    evidence: tuple[str, ...]
    #: Dependencies stage. May reach the registries.
    install: tuple[Step, ...]
    #: Build stage. May reach the registries.
    build: tuple[Step, ...]
    #: Runs without egress; `$PORT` is in its environment.
    start: tuple[str, ...]
    #: Files whose bytes decide whether dependencies must be installed anew.
    lock_files: tuple[str, ...] = ()
    #: Health path: probed until it answers 2xx or 3xx.
    health_path: str = "/"
    #: Environment of start, beside PORT.
    environment: dict[str, str] = field(default_factory=dict)
    #: Folder inside the repository, `.` for its root.
    root: str = "."
