"""What a pull request's comment tells of deploys: where it was deployed to, and what stands in the way."""

from engine.domain.gate import GateState
from engine.domain.release import DeployState
from engine.reports.deploy_words import asker, deploy_status, openers
from engine.reports.escape import code, link, sentence
from engine.reports.links import Links
from engine.reports.release_view import ReleaseView
from engine.reports.words import moment, short

HEAD = "| Environment | Status | Release | Commit | By | Updated (UTC) |\n|---|---|---|---|---|---|"

#: What the first report of a project says that names no environments.
BY_COMMAND_ONLY = (
    "**Deploys:** as long as `slipway.yml` on the default branch names no `environments`, there is one, `production`, "
    "and only `/deploy` deploys to it."
)


def deploy_section(views: tuple[ReleaseView, ...], links: Links) -> list[str]:
    """The table of the environments that it was deployed to, and a paragraph for each that needs one."""
    if not views:
        return []
    rows = [f"| {' | '.join(_row(view, links))} |" for view in views]
    return ["\n".join([HEAD, *rows]), *(note for view in views for note in _notes(view, links))]


def release_answer(view: ReleaseView, links: Links) -> str:
    """How the release stands that an ask started or waits for, in one sentence or two."""
    release = view.release
    named = f"{_named(view, links)} of {code(view.environment.name)}, commit {code(short(release.sha))}"
    if view.failed:
        return f"{named}, failed: {_cause(view)}"
    match release.state:
        case DeployState.DEPLOYED if view.down:
            return f"{named}, is down: {sentence(view.environment.death)}"
        case DeployState.DEPLOYED if view.serves:
            return f"{named}, is deployed: {link('open it', links.environment(view.environment.label))}."
        case DeployState.DEPLOYED | DeployState.ROLLED_BACK:
            left = f" until `{view.successor.name}` took its place" if view.successor else ""
            return f"{named}, was deployed{left}."
        case DeployState.CANCELLED:
            return f"{named}, was cancelled: {sentence(release.status_message)}"
        case DeployState.PENDING:
            return f"{named}: {_wait(view)}"
        case _:
            return f"{named}, is on its way: {deploy_status(view)}."


def _row(view: ReleaseView, links: Links) -> tuple[str, ...]:
    release, name = view.release, code(view.environment.name)
    return (
        link(name, links.environment(view.environment.label)) if view.environment.release_id else name,
        deploy_status(view),
        _named(view, links),
        code(short(release.sha)),
        asker(release),
        moment(view.updated_at),
    )


def _named(view: ReleaseView, links: Links) -> str:
    return link(f"`{view.release.name}`", links.release(view.release.id))


def _notes(view: ReleaseView, links: Links) -> list[str]:
    release = view.release
    named = f"{code(view.environment.name)} {_named(view, links)}"
    if view.failed:
        return [f"{named} failed. **Cause:** {_cause(view)}"]
    if view.down:
        return [f"{named} is down: {sentence(view.environment.death)} Comment `/restart` to start it again."]
    if release.state is DeployState.CANCELLED:
        return [f"{named}: {sentence(release.status_message)}"]
    return [f"{named}: {_wait(view)}"] if release.state is DeployState.PENDING else []


def _cause(view: ReleaseView) -> str:
    fix = f" **Fix:** {sentence(view.release.fix)}" if view.release.fix else ""
    return f"{sentence(view.release.cause or view.release.status_message)}{fix}"


def _wait(view: ReleaseView) -> str:
    """What it waits for, with its place in line, and who can open what must be opened."""
    said, gate = sentence(view.release.status_message), view.gate
    if gate is None or gate.state is not GateState.WAITING:
        return said
    how = f"comment `/approve`, or press Approve in the check of commit {code(short(gate.sha))}"
    return f"{said} {openers(gate, view.environment)}: {how}."
