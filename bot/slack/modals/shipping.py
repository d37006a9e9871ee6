"""What would ship: the commits and files between what serves and what is to serve. Markdown of ours."""

from dataclasses import dataclass

from bot.pages.before_it import before_it
from bot.slack.deps import SlackDeps
from bot.slack.modals.words import listed_obstacles
from engine.deploy.asks import DeployAsk
from engine.deploy.outcome import Outcome
from engine.deploy.words import commit, counted, ref_name, release_name
from engine.domain.release import Release
from engine.errors import Gone
from engine.forge.commits import CommitLine, Comparison
from engine.forge.port import RepositoryRef
from engine.reports.escape import code, text
from engine.reports.words import short

#: Commits and files that are listed.
MOST_LISTED = 20
NOTHING_IN_THE_WAY = "Nothing stands in the way at this moment."


@dataclass(frozen=True)
class Shipment:
    """What a deploy would do at this moment."""

    #: The commit; empty: there is none of that name, or whoever asks may not know.
    sha: str
    markdown: str


def shipment_of(deps: SlackDeps, ask: DeployAsk) -> Shipment:
    """What the deploy that is asked for would bring, and what stands before it. Raises Unreachable, Denied or Gone."""
    rehearsed = deps.rehearse.look(ask)
    found = rehearsed.facts.commit
    before = told_before(rehearsed.outcome)
    if found is None or not found.sha:
        return Shipment("", before)
    serving = rehearsed.known.serving(ask.environment)
    named = f"{commit(found.sha)} of {ref_name(found.ref)}" if found.ref else commit(found.sha)
    brings = changes_told(serving, compared(deps, ask.repository, serving, found.sha))
    return Shipment(found.sha, f"Commit {named} to `{ask.environment}`.\n\n{brings}\n\n{before}")


def compared(deps: SlackDeps, repository: RepositoryRef, serving: Release | None, sha: str) -> Comparison | None:
    """How the commit lies to what serves; None: nothing serves, or it can't be told. Raises Unreachable or Denied."""
    if serving is None:
        return None
    try:
        return deps.commits.compare(repository, serving.sha, sha)
    except Gone:
        return None


def changes_told(serving: Release | None, comparison: Comparison | None) -> str:
    """The commits and files that would be new to visitors."""
    if serving is None:
        return "Nothing serves there yet: all of it is new."
    now = f"{release_name(serving)} serves now."
    if comparison is None:
        return f"{now} GitHub can't compare the two."
    lines = [_line(each) for each in reversed(comparison.commits)]
    more = max(comparison.ahead, len(lines)) - min(len(lines), MOST_LISTED)
    parts = [now, _listed("New commits", comparison.ahead or len(lines), lines, more)]
    if comparison.behind:
        parts.append(f"**It takes back {counted(comparison.behind, 'commit')}** that serve now.")
    files = [code(path) for path in comparison.files]
    parts.append(_listed("Files that differ", len(files), files, len(files) - MOST_LISTED))
    return "\n\n".join([*parts, *(["GitHub lists only a part."] if comparison.truncated else [])])


def told_before(outcome: Outcome) -> str:
    """What stands in the way, or what it will wait for."""
    before = before_it(outcome)
    if before.obstacles:
        return f"**It can't be done now:**\n\n{listed_obstacles(before.obstacles)}"
    if before.waits:
        return f"**It will wait:**\n\n{listed_obstacles(before.waits)}"
    return before.said or NOTHING_IN_THE_WAY


def _line(one: CommitLine) -> str:
    return f"{code(short(one.sha))} {text(one.title, 120)} ({text(one.author, 60)})"


def _listed(what: str, count: int, lines: list[str], more: int) -> str:
    if not count:
        return f"**{what}:** none."
    kept = [f"- {each}" for each in lines[:MOST_LISTED]]
    return "\n".join([f"**{what}:** {count}", "", *kept, *([f"- and {more} more"] if more > 0 else [])])
