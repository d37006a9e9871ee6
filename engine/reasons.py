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


#: For each reason: the command or step that changes it, in words.
REMEDY: dict[Reason, str] = {
    Reason.NOT_PERMITTED: "Ask somebody with write permission on this repository to comment the command.",
    Reason.UNKNOWN_COMMAND: "Comment `/help` to see the commands.",
    Reason.BAD_ARGUMENTS: "Comment `/help` to see how the command is written.",
    Reason.FORK_NEEDS_APPROVAL: "Somebody with write permission can push the branch to this repository; "
    "nothing of a fork runs before it is approved.",
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
}
