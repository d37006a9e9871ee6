"""The plan of an application: how it is installed, built, started, probed. Detection makes it, the pipeline runs it.

In argv, `environment`, `path` and `links`, `$ENVIRONMENT` stands for the folder of installed dependencies (shared by
revisions whose lock files and install steps are the same) and `$PORT` for the port to listen on.
"""

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
    #: Environment of every command, beside PORT for start.
    environment: dict[str, str] = field(default_factory=dict)
    #: Folders that come before PATH.
    path: tuple[str, ...] = ()
    #: Links made in the application's folder: name → target.
    links: dict[str, str] = field(default_factory=dict)
    #: Small files of ours that are written into the application's folder: name → text.
    files: dict[str, str] = field(default_factory=dict)
    #: Folder inside the repository, `.` for its root.
    root: str = "."
