"""The one table of commands: what `/help` shows, what the parser knows, what permission each needs."""

import re
from dataclasses import dataclass
from enum import StrEnum

from engine.commands.form import Argument, Form
from engine.domain.build import STAGES, BuildState
from engine.domain.environment import NAME
from engine.domain.permission import Role
from engine.reasons import Reason

#: The stages of a build that write into its log, as people name them.
LOGGED_STAGES: tuple[str, ...] = tuple(
    state.value for state in STAGES if state is not BuildState.QUEUED and not state.terminal
)
#: What `/fix` can write, as people name it (engine.readiness.fixes).
FIXES = ("procfile", "gitignore", "env-example", "lock-file", "health-route")

#: A branch, a tag or a commit as people may type it: git allows more, and a command takes none of that.
REF = re.compile(r"(?!.*\.\.)\w[\w./@+#=-]{0,243}")
#: A release by its number (`12`, `v12`) or id, or a gate by its id.
RELEASE = re.compile(r"v?[0-9]{1,9}|(?:dep|gate)_[0-9a-f]{8,32}")
#: The name of a variable.
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


class Verb(StrEnum):
    """What a command asks for."""

    PREVIEW = "preview"
    PREVIEW_STOP = "preview stop"
    PREVIEW_RESTART = "preview restart"
    CANCEL = "cancel"
    RETRY = "retry"
    LOGS = "logs"
    READINESS = "readiness"
    FIX = "fix"
    DEPLOY = "deploy"
    ROLLBACK = "rollback"
    PROMOTE = "promote"
    APPROVE = "approve"
    REJECT = "reject"
    LOCK = "lock"
    UNLOCK = "unlock"
    RESTART = "restart"
    ENV_LIST = "env list"
    ENV_UNSET = "env unset"
    STATUS = "status"
    HELP = "help"


@dataclass(frozen=True)
class Entry(Form):
    """One command that every door knows."""

    verb: Verb


ENVIRONMENT = Argument("environment", shape=re.compile(NAME.pattern, re.IGNORECASE))
AT_RELEASE = Argument("release", shape=RELEASE)

TABLE: tuple[Entry, ...] = (
    Entry(
        Verb.PREVIEW,
        words=("preview",),
        aliases=(("preview", "start"),),
        role=Role.WRITE,
        help="Builds this pull request's head commit and puts it on the pull request's link; "
        "answers with the link when it is there already.",
    ),
    Entry(
        Verb.PREVIEW_STOP,
        words=("preview", "stop"),
        role=Role.WRITE,
        help="Ends the preview. `/preview` starts it again.",
    ),
    Entry(
        Verb.PREVIEW_RESTART,
        words=("preview", "restart"),
        role=Role.WRITE,
        help="Builds the head commit again, also when it is ready.",
    ),
    Entry(
        Verb.CANCEL,
        words=("cancel",),
        arguments=(ENVIRONMENT,),
        role=Role.WRITE,
        help="Ends the build that is under way, and says when nothing of it is left; "
        "of an environment, the newest deploy that isn't over.",
    ),
    Entry(
        Verb.RETRY,
        words=("retry",),
        role=Role.WRITE,
        help="Builds the head commit again after it failed or was cancelled.",
    ),
    Entry(
        Verb.LOGS,
        words=("logs",),
        arguments=(Argument("stage", LOGGED_STAGES, Reason.NO_SUCH_STAGE),),
        role=Role.READ,
        help=f"Shows the end of the newest build's log, or of one stage: {', '.join(LOGGED_STAGES)}.",
    ),
    Entry(
        Verb.READINESS,
        words=("readiness",),
        role=Role.READ,
        help="Looks whether the head commit is ready to ship, and says what stands in the way and what to do about it; "
        "with no pull request, the default branch's.",
    ),
    Entry(
        Verb.FIX,
        words=("fix",),
        arguments=(Argument("name", FIXES, Reason.NO_SUCH_FIX),),
        least=1,
        role=Role.WRITE,
        help=f"Writes a fix that `/readiness` offers as a commit on the pull request's branch: {', '.join(FIXES)}.",
    ),
    Entry(
        Verb.DEPLOY,
        words=("deploy",),
        arguments=(ENVIRONMENT, Argument("ref", shape=REF)),
        role=Role.WRITE,
        help="Deploys this pull request's head commit, or a branch, a tag or a commit; "
        "`/deploy main` goes back to `main`.",
    ),
    Entry(
        Verb.ROLLBACK,
        words=("rollback",),
        arguments=(ENVIRONMENT, AT_RELEASE),
        flags=("--plan",),
        role=Role.WRITE,
        help="Goes back to the release before, or to the one that is named; automatic deploys then wait. "
        "`--plan` only shows what would change.",
    ),
    Entry(
        Verb.PROMOTE,
        words=("promote",),
        arguments=(ENVIRONMENT,),
        role=Role.WRITE,
        help="Deploys to an environment what the one before it serves.",
    ),
    Entry(
        Verb.APPROVE,
        words=("approve",),
        arguments=(ENVIRONMENT, AT_RELEASE),
        role=Role.WRITE,
        help="Approves the deploy that waits, or this very commit of a fork's pull request; never one's own.",
    ),
    Entry(
        Verb.REJECT,
        words=("reject",),
        arguments=(ENVIRONMENT, AT_RELEASE),
        text="reason",
        role=Role.WRITE,
        help="Rejects what waits for an approval.",
    ),
    Entry(
        Verb.LOCK,
        words=("lock",),
        arguments=(ENVIRONMENT,),
        flags=("--force",),
        text="reason",
        role=Role.WRITE,
        help="Keeps others from deploying to an environment, or takes a place in line. "
        "`--force` with a reason takes it over.",
    ),
    Entry(
        Verb.UNLOCK,
        words=("unlock",),
        arguments=(ENVIRONMENT,),
        flags=("--force",),
        text="reason",
        role=Role.WRITE,
        help="Ends the lock, and the hold after a rollback. `--force` with a reason ends somebody else's.",
    ),
    Entry(
        Verb.RESTART,
        words=("restart",),
        arguments=(ENVIRONMENT,),
        role=Role.WRITE,
        help="Starts what an environment serves anew, with the values that it was deployed with.",
    ),
    Entry(
        Verb.ENV_LIST,
        words=("env", "list"),
        arguments=(ENVIRONMENT,),
        role=Role.WRITE,
        help="Shows the variables of an environment; secret values never.",
    ),
    Entry(
        Verb.ENV_UNSET,
        words=("env", "unset"),
        arguments=(ENVIRONMENT, Argument("key", shape=KEY)),
        least=1,
        role=Role.WRITE,
        help="Takes a variable away from the next start on. Values are set on the environment's page or with "
        "`slipway env set`, never in a comment.",
    ),
    Entry(
        Verb.STATUS,
        words=("status",),
        role=Role.READ,
        help="Says where the preview and every environment stand, and why.",
    ),
    Entry(
        Verb.HELP,
        words=("help",),
        role=Role.READ,
        help="Shows these commands.",
    ),
)

#: Commands about environments: whoever asks them, and through whichever door, engine.deploy decides.
OF_ENVIRONMENTS = frozenset(
    {
        Verb.DEPLOY,
        Verb.ROLLBACK,
        Verb.PROMOTE,
        Verb.APPROVE,
        Verb.REJECT,
        Verb.LOCK,
        Verb.UNLOCK,
        Verb.RESTART,
        Verb.ENV_LIST,
        Verb.ENV_UNSET,
    }
)

#: `/slipway preview` is the same as `/preview`, for repositories where another bot listens to the short one.
PREFIX = "slipway"

#: Commands of other bots that look like ours mistyped: they are none of our business.
OTHERS = frozenset(
    {"review", "reviews", "reviewed", "approved", "improve", "improved", "remote", "block", "clock", "look", "eject"}
)


def entry_of(verb: Verb) -> Entry:
    """The table's entry of a verb."""
    return next(entry for entry in TABLE if entry.verb is verb)


def help_text() -> str:
    """The commands as a Markdown table, made from the table above."""
    rows = [f"| {_written(entry)} | {entry.role.name.lower()} | {entry.help} |" for entry in TABLE]
    return "\n".join(["| command | needs | does |", "|---|---|---|", *rows])


def _written(entry: Entry) -> str:
    also = "".join(f", `/{' '.join(words)}`" for words in entry.aliases)
    return f"`{entry.usage}`{also}"
