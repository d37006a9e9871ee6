"""Reason codes: why Slipway said no or did nothing. Each refusal carries exactly one (requirements C5, R5)."""

from enum import StrEnum


class Reason(StrEnum):
    """A documented reason code. `docs/reasons.md` explains each; a test holds the two together."""

    NOT_PERMITTED = "not_permitted"
    UNKNOWN_COMMAND = "unknown_command"
    BAD_ARGUMENTS = "bad_arguments"
    FORK_NEEDS_APPROVAL = "fork_needs_approval"
    PULL_REQUEST_CLOSED = "pull_request_closed"
    NO_PREVIEW = "no_preview"
    HEAD_MOVED = "head_moved"
    BAD_CONFIGURATION = "bad_configuration"
    START_ON_COMMAND = "start_on_command"
    REPOSITORY_REMOVED = "repository_removed"
    SUPERSEDED = "superseded"
    PREVIEW_STOPPED = "preview_stopped"
    UNREACHABLE = "unreachable"
    DENIED = "denied"
    ALREADY_FINISHED = "already_finished"
    NOTHING_TO_CANCEL = "nothing_to_cancel"
    NOTHING_TO_RETRY = "nothing_to_retry"
    NO_LOG = "no_log"
    NO_SUCH_STAGE = "no_such_stage"
    STALE_BUTTON = "stale_button"
    DRAFT = "draft"
    BOT_AUTHOR = "bot_author"
    LABEL_MISSING = "label_missing"
    LABEL_PREVENTS = "label_prevents"
    PATHS_UNTOUCHED = "paths_untouched"
    SKIP_REQUESTED = "skip_requested"
    NO_SUCH_ENVIRONMENT = "no_such_environment"
    WHICH_ENVIRONMENT = "which_environment"
    RETIRED_ENVIRONMENT = "retired_environment"
    NO_SUCH_REF = "no_such_ref"
    NOT_DEPLOYER = "not_deployer"
    BEHIND_BASE = "behind_base"
    CHECKS_PENDING = "checks_pending"
    CHECKS_FAILED = "checks_failed"
    CHECKS_UNKNOWN = "checks_unknown"
    OUT_OF_ORDER = "out_of_order"
    OUTSIDE_WINDOW = "outside_window"
    LOCKED = "locked"
    ON_HOLD = "on_hold"
    APPROVAL_NEEDED = "approval_needed"
    OWN_APPROVAL = "own_approval"
    NOTHING_TO_APPROVE = "nothing_to_approve"
    REF_MOVED = "ref_moved"
    REJECTED = "rejected"
    NOT_LOCKED = "not_locked"
    REASON_NEEDED = "reason_needed"
    NO_PREVIOUS_RELEASE = "no_previous_release"
    NO_SUCH_RELEASE = "no_such_release"
    ALREADY_DEPLOYED = "already_deployed"
    NOTHING_DEPLOYED = "nothing_deployed"
    NOTHING_TO_PROMOTE = "nothing_to_promote"
    NO_SUCH_VARIABLE = "no_such_variable"
    GUARDED_VALUE = "guarded_value"
    NO_SECRET_KEY = "no_secret_key"  # noqa: S105 - a reason, no secret
    UNREADABLE_VALUE = "unreadable_value"
    SCAN_FAILED = "scan_failed"
    TARGET_UNAVAILABLE = "target_unavailable"
    NOT_LINKED = "not_linked"
    WHICH_REPOSITORY = "which_repository"
    NO_SUCH_REPOSITORY = "no_such_repository"
    WHICH_PULL_REQUEST = "which_pull_request"
    NO_SUCH_PULL_REQUEST = "no_such_pull_request"
    NOT_SUBSCRIBED = "not_subscribed"
    CHANNEL_CLOSED = "channel_closed"
    NOT_INSTALLED = "not_installed"
    TOO_LATE = "too_late"
    NO_SUCH_FIX = "no_such_fix"
    NOTHING_TO_FIX = "nothing_to_fix"
    NOT_INSPECTED = "not_inspected"


#: For each reason: the command or step that changes it, in words.
REMEDY: dict[Reason, str] = {
    Reason.NOT_PERMITTED: "Ask somebody with write permission on this repository to comment the command.",
    Reason.UNKNOWN_COMMAND: "Comment `/help` to see the commands.",
    Reason.BAD_ARGUMENTS: "Comment `/help` to see how the command is written.",
    Reason.FORK_NEEDS_APPROVAL: "Somebody with write permission looks at the commit and comments `/approve`, or "
    "presses Approve on its check; each push has to be approved anew.",
    Reason.PULL_REQUEST_CLOSED: "Reopen the pull request, then comment again.",
    Reason.NO_PREVIEW: "Comment `/preview` to make one.",
    Reason.HEAD_MOVED: "Look at the newer commit, then comment again.",
    Reason.BAD_CONFIGURATION: "Mend `slipway.yml` and push.",
    Reason.START_ON_COMMAND: "Comment `/preview` to start it.",
    Reason.REPOSITORY_REMOVED: "Install the GitHub App on this repository again.",
    Reason.SUPERSEDED: "Look at the newest commit of the pull request.",
    Reason.PREVIEW_STOPPED: "Comment `/preview` to start it again.",
    Reason.UNREACHABLE: "Comment `/preview` in a minute to try again.",
    Reason.DENIED: "Whoever runs Slipway finds in its log what GitHub refused.",
    Reason.ALREADY_FINISHED: "Comment `/retry` to build a commit again that failed or was cancelled, "
    "`/preview stop` to end the preview.",
    Reason.NOTHING_TO_CANCEL: "Comment `/status` to see where the preview stands.",
    Reason.NOTHING_TO_RETRY: "Comment `/preview restart` to build the head commit again.",
    Reason.NO_LOG: "Comment `/status` to see where the preview stands.",
    Reason.NO_SUCH_STAGE: "Comment `/logs` to see the whole log's end.",
    Reason.STALE_BUTTON: "Use the buttons of the newest commit's check, or comment the command.",
    Reason.DRAFT: "Mark the pull request ready for review, or comment `/preview`.",
    Reason.BOT_AUTHOR: "Comment `/preview`, or name the bot under `preview.bots` on the default branch.",
    Reason.LABEL_MISSING: "Add one of the labels of `preview.labels.require`, or comment `/preview`.",
    Reason.LABEL_PREVENTS: "Remove the label that prevents it, or comment `/preview`.",
    Reason.PATHS_UNTOUCHED: "Comment `/preview` to build it all the same.",
    Reason.SKIP_REQUESTED: "Comment `/preview` to build it all the same.",
    Reason.NO_SUCH_ENVIRONMENT: "Comment `/status` to see this project's environments; `slipway.yml` on the "
    "default branch names them.",
    Reason.WHICH_ENVIRONMENT: "Name the environment, such as `/deploy staging`.",
    Reason.RETIRED_ENVIRONMENT: "Name it under `environments` in `slipway.yml` on the default branch again.",
    Reason.NO_SUCH_REF: "Name a branch, a tag or a commit that is pushed.",
    Reason.NOT_DEPLOYER: "Ask one of the people that `slipway.yml` on the default branch names under `deployers`.",
    Reason.BEHIND_BASE: "Merge or rebase the base branch into this one and push.",
    Reason.CHECKS_PENDING: "Wait until the checks are done, then ask again.",
    Reason.CHECKS_FAILED: "Make the checks green, or change `checks` of the environment in `slipway.yml` "
    "on the default branch.",
    Reason.CHECKS_UNKNOWN: "Ask again in a minute; what can't be read is never taken for green.",
    Reason.OUT_OF_ORDER: "Deploy the same commit to the environment before it first.",
    Reason.OUTSIDE_WINDOW: "Ask again when the window is open.",
    Reason.LOCKED: "Ask the holder to comment `/unlock`, wait in line with `/lock`, or take it over "
    "with `/unlock --force` and a reason.",
    Reason.ON_HOLD: "Comment `/unlock` to let automatic deploys go on.",
    Reason.APPROVAL_NEEDED: "Somebody else with write permission comments `/approve` or presses Approve.",
    Reason.OWN_APPROVAL: "Somebody else with write permission has to approve it.",
    Reason.NOTHING_TO_APPROVE: "Comment `/status` to see what waits.",
    Reason.REF_MOVED: "Look at the newer commit, then ask again.",
    Reason.REJECTED: "Talk to whoever rejected it, then ask again.",
    Reason.NOT_LOCKED: "Comment `/status` to see who holds what.",
    Reason.REASON_NEEDED: "Write the reason behind the command.",
    Reason.NO_PREVIOUS_RELEASE: "Deploy twice first; `/status` shows what was deployed.",
    Reason.NO_SUCH_RELEASE: "Comment `/status` to see the releases that are kept.",
    Reason.ALREADY_DEPLOYED: "Comment `/restart` to start it anew.",
    Reason.NOTHING_DEPLOYED: "Comment `/deploy` first.",
    Reason.NOTHING_TO_PROMOTE: "Deploy to the environment before it first.",
    Reason.NO_SUCH_VARIABLE: "Comment `/env list` to see the names.",
    Reason.GUARDED_VALUE: "Give previews a value of their own, or take the guard off that key.",
    Reason.NO_SECRET_KEY: "Whoever runs Slipway sets `SECRET_KEYS`; `slipway admin new-key` makes one.",
    Reason.UNREADABLE_VALUE: "Whoever runs Slipway gives `SECRET_KEYS` its old key back; else set the value anew.",
    Reason.SCAN_FAILED: "Mend what the scan found and push.",
    Reason.TARGET_UNAVAILABLE: "Choose a target that this Slipway has: `local`.",
    Reason.NOT_LINKED: "Link your GitHub account with the button, then ask again.",
    Reason.WHICH_REPOSITORY: "Name the repository, such as `acme/shop`, or subscribe the channel to just one.",
    Reason.NO_SUCH_REPOSITORY: "Check the name, and that the GitHub App is installed there and you may read it.",
    Reason.WHICH_PULL_REQUEST: "Name the pull request, such as `acme/shop#12`.",
    Reason.NO_SUCH_PULL_REQUEST: "Check the number.",
    Reason.NOT_SUBSCRIBED: "Type `/slipway subscriptions` to see what the channel hears.",
    Reason.CHANNEL_CLOSED: "Invite Slipway to the channel with `/invite @Slipway`, or ask in another one.",
    Reason.NOT_INSTALLED: "Install Slipway in this workspace again.",
    Reason.TOO_LATE: "Press the button, or type the command, once more.",
    Reason.NO_SUCH_FIX: "Comment `/readiness` to see which fixes are offered.",
    Reason.NOTHING_TO_FIX: "Comment `/readiness` to look at the head commit anew.",
    Reason.NOT_INSPECTED: "Comment `/readiness` to look at the head commit first.",
}
