"""Which comments and buttons ask something of an environment, and what that is in the words of engine.deploy."""

from dataclasses import replace

from sqlalchemy import Connection

from engine.commands.buttons import BUTTONS
from engine.commands.parse import Command
from engine.commands.table import OF_ENVIRONMENTS, Verb
from engine.deploy.asks import Action, DeployAsk
from engine.domain.environment import Environment
from engine.domain.event import ButtonPressed, Commented
from engine.domain.gate import Gate, GateState
from engine.domain.release import Release
from engine.intake import forks
from engine.intake.facts import ref_of
from engine.intake.sight import seen_by
from engine.planner.plan import command_of
from engine.project.environments import rules_of
from engine.store import environments, previews, pull_requests, releases
from engine.store.asks import Ask

ACTIONS: dict[Verb, Action] = {
    Verb.DEPLOY: Action.DEPLOY,
    Verb.ROLLBACK: Action.ROLLBACK,
    Verb.PROMOTE: Action.PROMOTE,
    Verb.APPROVE: Action.APPROVE,
    Verb.REJECT: Action.REJECT,
    Verb.LOCK: Action.LOCK,
    Verb.UNLOCK: Action.UNLOCK,
    Verb.RESTART: Action.RESTART,
    Verb.ENV_LIST: Action.ENV_LIST,
    Verb.ENV_UNSET: Action.ENV_UNSET,
    Verb.CANCEL: Action.CANCEL,
}
DECIDING = frozenset({Verb.APPROVE, Verb.REJECT})
#: What can be named outright instead of an environment.
IDS = ("dep_", "gate_")


def in_comment(connection: Connection, event: Commented, ask: Ask) -> DeployAsk | None:
    """What a comment asks of an environment; None when it is about the pull request itself.

    `ask` is the comment as it was noted: bound to the head of then (C3).
    """
    parsed = command_of(event)
    return of_command(connection, event, parsed, ask) if isinstance(parsed, Command) else None


def of_command(
    connection: Connection, event: Commented, command: Command, ask: Ask, *, outright: bool = False
) -> DeployAsk | None:
    """The same of a command, whichever door it came through.

    `outright`: an environment or release is named beside its words.
    """
    verb = command.entry.verb
    bare = not command.given and not outright
    if verb is Verb.CANCEL and bare:
        return _cancel(connection, event, ask)
    if verb not in OF_ENVIRONMENTS and verb is not Verb.CANCEL:
        return None
    if verb in DECIDING and bare and event.number and _is_about_fork(connection, event):
        return None
    return _of_command(event, command, ask)


def at_gate(event: ButtonPressed, gate: Gate, release: Release) -> DeployAsk:
    """Approve or Reject, pressed at the gate before a release."""
    return replace(
        _asked(event, ACTIONS[BUTTONS[event.button]]),
        release=release.id,
        number=release.number_of_pull_request,
        sha=gate.sha,
    )


def at_drift(event: ButtonPressed, environment: Environment) -> DeployAsk:
    """Deploy, pressed where an environment has drifted: exactly the commit that the button is about."""
    return replace(
        _asked(event, ACTIONS[BUTTONS[event.button]]),
        environment=environment.name,
        ref=rules_of(environment).automatic_ref if BUTTONS[event.button] is Verb.DEPLOY else "",
        sha=event.sha,
    )


def _asked(event: Commented | ButtonPressed, action: Action) -> DeployAsk:
    """Who asks for what, where and through which door."""
    return DeployAsk(
        action=action,
        repository=ref_of(event),
        default_branch=event.repository.default_branch,
        login=event.sender.login,
        door=event.door,
        ask=event.delivery,
    )


def _of_command(event: Commented, command: Command, ask: Ask) -> DeployAsk:
    named = next((word for word in command.given if word.startswith(IDS)), "")
    return replace(
        _asked(event, ACTIONS[command.entry.verb]),
        words=tuple(word for word in command.given if word != named),
        release=named,
        reason=command.text,
        plan_only="--plan" in command.flags,
        force="--force" in command.flags,
        number=event.number,
        head=ask.sha,
        asked_at=ask.created_at,
    )


def _is_about_fork(connection: Connection, event: Commented) -> bool:
    """True when the pull request's own gate is meant: it comes from a fork, or nobody knows yet where from."""
    stored = pull_requests.by_number(connection, event.repository.id, event.number)
    gate = forks.gate_of(connection, event.repository.id, event.number)
    if stored is not None and stored.fork and gate is not None and gate.state is GateState.WAITING:
        return True
    if _unfinished(connection, event):
        return False
    return stored is None or stored.fork


def _cancel(connection: Connection, event: Commented, ask: Ask) -> DeployAsk | None:
    """`/cancel` alone means the build that is under way, else the deploy that was asked for here."""
    preview = previews.by_pull_request(connection, event.repository.id, event.number)
    build = seen_by(connection, preview, ask.created_at) if preview is not None else None
    known = [each for each in _unfinished(connection, event) if each.created_at <= ask.created_at]
    if not known or (build is not None and not build.state.terminal):
        return None
    return replace(
        _asked(event, Action.CANCEL),
        release=known[0].id,
        number=event.number,
        asked_at=ask.created_at,
    )


def _unfinished(connection: Connection, event: Commented) -> list[Release]:
    """The deploys that were asked for on the pull request and aren't over, newest first."""
    asked = releases.of_pull_request(connection, event.repository.id, event.number)
    return [each for each in asked if not each.state.terminal]


def environment_of(connection: Connection, event: ButtonPressed, environment_id: str) -> Environment | None:
    """The environment of that id, if it is one of the repository's."""
    found = environments.by_id(connection, environment_id)
    return found if found is not None and found.repository_id == event.repository.id else None
