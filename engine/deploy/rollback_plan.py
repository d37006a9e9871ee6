"""What going back would change: commits, keys of variables, files (`/rollback --plan`). Nothing is changed by it."""

from dataclasses import dataclass

from sqlalchemy import Connection

from engine.deploy.words import release_name
from engine.domain.release import Release
from engine.forge.commits import CommitLine, Comparison
from engine.reports.escape import code, text
from engine.reports.words import short
from engine.variables.variables import Variables

#: Commits and files that are listed.
MOST_LISTED = 20


@dataclass(frozen=True)
class RollbackPlan:
    """From what serves back to an older release."""

    serving: Release
    older: Release
    #: Commits that serve now and would no more, oldest first; None: GitHub can't compare the two.
    commits: tuple[CommitLine, ...] | None
    #: Variables that have another value, or none, in one of the two.
    keys: tuple[str, ...]
    #: Paths that differ.
    files: tuple[str, ...]
    #: True: there are more commits or files than are listed here.
    truncated: bool

    @property
    def markdown(self) -> str:
        """All of it for people."""
        head = f"Going back from {release_name(self.serving)} to {release_name(self.older)}. Nothing is changed yet."
        return "\n\n".join([head, self._commits(), self._keys(), self._files()])

    def _commits(self) -> str:
        if self.commits is None:
            return "**Commits:** GitHub can't compare the two."
        lines = [f"{code(short(each.sha))} {text(each.title, 120)} ({text(each.author, 60)})" for each in self.commits]
        return _listed("Commits taken back", lines)

    def _keys(self) -> str:
        return _listed("Variables that change", [code(key) for key in self.keys])

    def _files(self) -> str:
        told = _listed("Files that change", [code(path) for path in self.files])
        return f"{told}\n\nGitHub lists only a part." if self.truncated else told


def plan_of(
    connection: Connection, variables: Variables, serving: Release, older: Release, comparison: Comparison | None
) -> RollbackPlan:
    """The plan; `comparison` is of what serves, seen from the older release."""
    versions = older.variables_version, serving.variables_version
    return RollbackPlan(
        serving=serving,
        older=older,
        commits=None if comparison is None else comparison.commits,
        keys=variables.changed(connection, serving.environment_id, *versions),
        files=() if comparison is None else comparison.files,
        truncated=comparison is not None and comparison.truncated,
    )


def _listed(what: str, lines: list[str]) -> str:
    if not lines:
        return f"**{what}:** none."
    shown = [f"- {each}" for each in lines[:MOST_LISTED]]
    more = len(lines) - MOST_LISTED
    return "\n".join([f"**{what}:** {len(lines)}", "", *shown, *([f"- and {more} more"] if more > 0 else [])])
