"""What `/status` and `/help` say about a project's environments."""

from collections.abc import Sequence

from engine.commands.table import help_text
from engine.domain.lock import Lock
from engine.domain.release import DEPLOY_LABELS, Release
from engine.planner.known import EnvironmentView, Known
from engine.reports.escape import code, link, sentence
from engine.reports.words import NOTHING, moment, short

HEAD = "| environment | live | since | by | next | lock |\n|---|---|---|---|---|---|"


def environments_answer(known: Known) -> str:
    """Every environment: what is live, since when, by whom, what waits, who holds it, and whether a hold is on."""
    views = [*known.environments, *_unknown_yet(known)]
    if not views:
        return "There is no environment yet. Comment `/deploy` to make one."
    holds = [_hold(view) for view in views if view.hold]
    return "\n".join([HEAD, *(_row(view) for view in views)] + (["", *holds] if holds else []))


def help_answer(known: Known) -> str:
    """The commands, and the names that this repository has for its environments."""
    names = known.named or tuple(view.name for view in known.environments if not view.retired)
    if not names:
        return help_text()
    several = "Environments here" if len(names) > 1 else "The environment here"
    return f"{help_text()}\n\n{several}: {', '.join(code(name) for name in names)}."


def _unknown_yet(known: Known) -> list[EnvironmentView]:
    """Environments that `slipway.yml` names and nothing was ever asked of."""
    there = {view.name for view in known.environments}
    return [EnvironmentView(name, "", None) for name in known.named if name not in there]


def _row(view: EnvironmentView) -> str:
    serving = view.serving
    name = link(code(view.name), view.url) if view.url and serving is not None else code(view.name)
    live = f"`{serving.name}` of {code(short(serving.sha))}" if serving is not None else "nothing yet"
    if view.death:
        live += f", down: {sentence(view.death)}"
    since = f"{moment(serving.finished_at)} UTC" if serving is not None and serving.finished_at else NOTHING
    by = code(f"@{serving.requested_by}") if serving is not None and serving.requested_by else NOTHING
    retired = " (no longer named in `slipway.yml`)" if view.retired else ""
    return f"| {name}{retired} | {live} | {since} | {by} | {_next(view.unfinished)} | {_locks(view.locks)} |"


def _next(unfinished: Sequence[Release]) -> str:
    told = [f"`{each.name}` of {code(short(each.sha))}: {_standing(each)}" for each in unfinished]
    return "<br>".join(told) or NOTHING


def _standing(release: Release) -> str:
    return sentence(release.status_message or DEPLOY_LABELS[release.state], 300)


def _locks(locks: Sequence[Lock]) -> str:
    """Who holds it, and who waits in line."""
    if not locks:
        return NOTHING
    first, rest = locks[0], locks[1:]
    why = f": {sentence(first.reason, 200)}" if first.reason else ""
    line = f", then {', '.join(code(f'@{each.holder}') for each in rest)}" if rest else ""
    return f"{code(f'@{first.holder}')} since {moment(first.since)} UTC{why}{line}"


def _hold(view: EnvironmentView) -> str:
    since = f" (since {moment(view.hold_at)} UTC)" if view.hold_at else ""
    return f"{code(view.name)}: {sentence(view.hold)}{since} Comment `/unlock {view.name}` to let them go on."
