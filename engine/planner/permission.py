"""Who may do what. Asked when a command is taken in, and again when its job runs (requirement C2)."""

from engine.commands.table import Verb, entry_of
from engine.domain.permission import Role
from engine.errors import Refusal
from engine.forge.port import Forge, RepositoryRef
from engine.planner.decision import Refuse
from engine.reasons import REMEDY, Reason
from engine.reports.escape import code

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
