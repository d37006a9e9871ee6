"""Who may do what. Asked when a command is taken in, and again when its job runs (requirement C2)."""

from sqlalchemy import Connection

from engine.commands.table import Verb, entry_of
from engine.domain.gate import GateKind, GateState
from engine.domain.permission import Role
from engine.errors import Refusal
from engine.forge.port import Forge, RepositoryRef
from engine.planner.decision import Refuse
from engine.reasons import REMEDY, Reason
from engine.reports.escape import code
from engine.reports.words import short
from engine.store import gates

#: How GitHub ends the logins of Apps' accounts; no person's login can hold a bracket.
BOT_SUFFIX = "[bot]"

#: What each verb is called in a refusal.
DOING = {
    Verb.PREVIEW: "start a preview",
    Verb.PREVIEW_STOP: "stop a preview",
    Verb.PREVIEW_RESTART: "start a preview again",
    Verb.CANCEL: "cancel a build",
    Verb.RETRY: "have a commit built again",
    Verb.LOGS: "read the log",
    Verb.READINESS: "see whether it is ready to ship",
    Verb.FIX: "have a fix written",
    Verb.DEPLOY: "deploy",
    Verb.ROLLBACK: "roll back",
    Verb.PROMOTE: "promote",
    Verb.APPROVE: "approve",
    Verb.REJECT: "reject",
    Verb.LOCK: "lock an environment",
    Verb.UNLOCK: "unlock an environment",
    Verb.RESTART: "restart an application",
    Verb.ENV_LIST: "see an environment's variables",
    Verb.ENV_UNSET: "take a variable away",
    Verb.STATUS: "see the status",
    Verb.HELP: "see the commands",
}


def may_build(forge: Forge, repository: RepositoryRef, login: str) -> Refusal | None:
    """None when `login` may have builds here at this moment, else the refusal. Raises Unreachable, Denied or Gone.

    A GitHub App's account has no role: what lets it is `slipway.yml`, and that its branch is in this repository.
    """
    if login.endswith(BOT_SUFFIX):
        return None
    refusal = refusal_of(Verb.PREVIEW, login, forge.permission(repository, login))
    return Refusal(refusal.reason, refusal.sentence) if refusal else None


def may_run_fork(connection: Connection, subject: str, sha: str) -> Refusal | None:
    """None when this very commit of a fork is approved at this moment, else the refusal (requirement B14).

    `subject` is the gate's (`fork_subject`); empty: it isn't a fork's.
    """
    if not subject:
        return None
    gate = gates.before(connection, GateKind.FORK, subject, sha)
    if gate is not None and gate.state is GateState.APPROVED:
        return None
    why = (
        "is void, since another commit was pushed"
        if gate is not None and gate.state is GateState.VOID
        else "is missing"
    )
    said = f"Commit {code(short(sha))} comes from a fork, and its approval {why}."
    return Refusal(Reason.FORK_NEEDS_APPROVAL, said)


def refusal_of(verb: Verb, login: str, role: Role) -> Refuse | None:
    """None when the role is enough for the command."""
    needed = entry_of(verb).role
    if role >= needed:
        return None
    has = f"has {role.name.lower()} permission" if role else "has no permission"
    sentence = (
        f"{code(login)} can't {DOING[verb]} here: that needs {needed.name.lower()} permission, and {code(login)} {has}."
    )
    return Refuse(Reason.NOT_PERMITTED, f"{sentence} {REMEDY[Reason.NOT_PERMITTED]}")
