"""What a modal of ours says once it was sent off: what is wrong with its fields, and what it asks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import orjson
from sqlalchemy import Connection

from engine.deploy.asks import Action, DeployAsk, NewVariable
from engine.forge.commits import is_ref_name
from engine.settings import Secret
from engine.slack.events import Submitted
from engine.store import environments, releases
from engine.store.repositories import StoredRepository
from engine.variables import rules

#: The modals, by their `callback_id`. SHIP only shows.
DEPLOY, ROLLBACK, SECRET, REJECT, SHIP = "deploy", "rollback", "secret", "reject", "ship"
MODALS = frozenset({DEPLOY, ROLLBACK, SECRET, REJECT, SHIP})
#: Those that ask something when they are sent off.
ASKING = {DEPLOY: Action.DEPLOY, ROLLBACK: Action.ROLLBACK, SECRET: Action.ENV_SET, REJECT: Action.REJECT}

#: Their fields, by `action_id`. A field's block begins with the same word.
PROJECT, ENVIRONMENT, REF = "project", "environment", "ref"
KEY, VALUE, GUARD, REASON = "key", "value", "guard", "reason"

#: Characters of a reason.
LONGEST_REASON = 500
#: Characters of what is said below a field.
LONGEST_ERROR = 150

Values = Mapping[str, Mapping[str, object]]
Json = TypeVar("Json", str, int)


@dataclass(frozen=True)
class Noted:
    """What we note in a modal (`private_metadata`), so that its submission says what it is about."""

    #: Where it was opened, and so where the answer goes; empty: in App Home.
    channel: str = ""
    thread: str = ""
    repository_id: int = 0
    environment: str = ""
    #: The ref that `sha` was shown for.
    ref: str = ""
    #: The commit that whoever sends it off has seen; empty: none was shown.
    sha: str = ""
    #: The release that its button stood at.
    about: str = ""
    #: Of a rollback: what served when its plan was shown, and the release that it goes back to.
    serving: str = ""
    older: str = ""

    @property
    def json(self) -> str:
        """As it is put into a modal."""
        return orjson.dumps({name: value for name, value in vars(self).items() if value}).decode()


def noted(metadata: str) -> Noted:
    """What we noted; nothing, where that isn't ours."""
    try:
        told = orjson.loads(metadata)
    except orjson.JSONDecodeError:
        return Noted()
    if not isinstance(told, dict):
        return Noted()
    return Noted(
        channel=_typed(told, "channel", ""),
        thread=_typed(told, "thread", ""),
        repository_id=_typed(told, "repository_id", 0),
        environment=_typed(told, "environment", ""),
        ref=_typed(told, "ref", ""),
        sha=_typed(told, "sha", ""),
        about=_typed(told, "about", ""),
        serving=_typed(told, "serving", ""),
        older=_typed(told, "older", ""),
    )


def said(values: Values, field: str) -> str:
    """What a field says: its text, or the value of what was chosen; empty: nothing."""
    for block in values.values():
        told = block.get(field)
        if isinstance(told, dict):
            chosen = told.get("selected_option")
            value = chosen.get("value") if isinstance(chosen, dict) else told.get("value")
            return value if isinstance(value, str) else ""
    return ""


def ticked(values: Values, field: str) -> bool:
    """True when the box of that field is ticked."""
    told = next((block[field] for block in values.values() if field in block), None)
    return isinstance(told, dict) and bool(told.get("selected_options"))


def block_of(field: str, repository_id: int | str) -> str:
    """The block of a field that depends on the project: another project's is another one, and empty."""
    return f"{field}.{repository_id}"


def errors_of(event: Submitted) -> dict[str, str]:
    """What is wrong with its fields, by their blocks, as Slack shows it; empty: nothing. No value is ever in it."""
    blocks = {field: block for block, fields in event.values.items() for field in fields}
    return {blocks[field]: why[:LONGEST_ERROR] for field, why in _problems(event).items() if field in blocks}


def repository_of(event: Submitted) -> int:
    """The id of the repository that it is about: the one that was chosen, else the one noted; 0: none."""
    chosen = said(event.values, PROJECT)
    return int(chosen) if is_id(chosen) else noted(event.metadata).repository_id


def ask_of(event: Submitted, repository: StoredRepository, login: str, value: Secret | None = None) -> DeployAsk:
    """What the desk is asked by a modal of ASKING; `value` is the opened one of a secret (engine.slack.sealed_values).

    A deploy is bound to the commit that was shown for the ref, a rejection to its release's.
    """
    know, told = noted(event.metadata), event.values
    asked = DeployAsk(
        action=ASKING[event.callback],
        repository=repository.ref,
        default_branch=repository.default_branch,
        login=login,
        door="slack",
        ask=event.delivery,
    )
    match event.callback:
        case "deploy":
            environment, ref = said(told, ENVIRONMENT), said(told, REF).strip() or repository.default_branch
            seen = (know.repository_id, know.environment, know.ref) == (repository.id, environment, ref)
            return replace(asked, environment=environment, ref=ref, sha=know.sha if seen else "")
        case "rollback":
            return replace(asked, environment=know.environment, release=know.older)
        case "secret":
            new = NewVariable(said(told, KEY).strip(), value or Secret(""), guard=ticked(told, GUARD))
            return replace(asked, environment=said(told, ENVIRONMENT), variables=(new,))
        case _:
            return replace(asked, release=know.about, sha=know.sha, reason=said(told, REASON).strip())


def is_stale(connection: Connection, event: Submitted) -> bool:
    """True of a rollback whose plan was made from another release than the one that serves now."""
    know = noted(event.metadata)
    serving = releases.by_id(connection, know.serving) if event.callback == ROLLBACK else None
    environment = environments.by_id(connection, serving.environment_id) if serving is not None else None
    return event.callback == ROLLBACK and (environment is None or environment.release_id != know.serving)


def written(event: Submitted, full_name: str) -> str:
    """As it would be typed behind `/slipway`; foreign text, and no value in it."""
    know, told = noted(event.metadata), event.values
    match event.callback:
        case "deploy":
            ref = said(told, REF).strip()
            return f"deploy {full_name}{'@' if ref else ''}{ref} to {said(told, ENVIRONMENT)}"
        case "rollback":
            return f"rollback {full_name} {know.environment} {know.older}".rstrip()
        case "secret":
            return f"env set {full_name} {said(told, ENVIRONMENT)} {said(told, KEY).strip()}"
        case _:
            return f"reject {full_name} {know.environment} {said(told, REASON).strip()}".rstrip()


def _problems(event: Submitted) -> dict[str, str]:
    """By field."""
    told, found = event.values, dict[str, str]()
    if event.callback in (DEPLOY, SECRET):
        project = said(told, PROJECT)
        if not is_id(project):
            found[PROJECT] = "Choose a project."
        elif block_of(ENVIRONMENT, project) not in told:
            found[PROJECT] = "Choose its environment too: the choices come a moment after the project."
        elif not said(told, ENVIRONMENT):
            found[ENVIRONMENT] = "Choose an environment."
    if event.callback == DEPLOY and (ref := said(told, REF).strip()) and not is_ref_name(ref):
        found[REF] = "That is no name of a branch, a tag or a commit."
    if event.callback == SECRET:
        found |= _of_variable(said(told, KEY).strip(), Secret(said(told, VALUE)))
    if event.callback == REJECT and not said(told, REASON).strip():
        found[REASON] = "Say why, for whoever asked for it."
    return found


def _of_variable(key: str, value: Secret) -> dict[str, str]:
    found = {}
    if wrong := rules.problems_of([NewVariable(key, Secret("-"))]):
        found[KEY] = wrong[0]
    if not value.reveal():
        found[VALUE] = "Write the value."
    elif wrong := rules.problems_of([NewVariable("VALUE", value)]):
        found[VALUE] = wrong[0]
    return found


def is_id(word: str) -> bool:
    """True of a repository's id, as a menu's options carry it."""
    return word.isascii() and word.isdigit() and len(word) <= 19


def _typed(told: dict[str, object], name: str, otherwise: Json) -> Json:
    found = told.get(name)
    return found if isinstance(found, type(otherwise)) else otherwise
