"""Which comments are commands, which are mistakes, and which are none of our business."""

import time

import pytest

from engine.commands.parse import LONGEST_COMMENT, Command, Help, Mistake, NotACommand, parse
from engine.commands.table import Verb
from engine.reasons import Reason

UNKNOWN, ARGUMENTS, NO_STAGE = Reason.UNKNOWN_COMMAND, Reason.BAD_ARGUMENTS, Reason.NO_SUCH_STAGE
NO_FIX = Reason.NO_SUCH_FIX


@pytest.mark.parametrize(
    ("comment", "verb"),
    [
        ("/preview", Verb.PREVIEW),
        ("/preview start", Verb.PREVIEW),
        ("/preview stop", Verb.PREVIEW_STOP),
        ("/preview   stop", Verb.PREVIEW_STOP),
        ("/preview\tstop", Verb.PREVIEW_STOP),
        ("/preview stop  ", Verb.PREVIEW_STOP),
        ("/preview restart", Verb.PREVIEW_RESTART),
        ("/cancel", Verb.CANCEL),
        ("/Cancel", Verb.CANCEL),
        ("/slipway cancel", Verb.CANCEL),
        ("/retry", Verb.RETRY),
        ("/logs", Verb.LOGS),
        ("/logs build", Verb.LOGS),
        ("/slipway logs  Dependencies ", Verb.LOGS),
        ("/status", Verb.STATUS),
        ("/Preview", Verb.PREVIEW),
        ("/PREVIEW STOP", Verb.PREVIEW_STOP),
        ("/slipway preview", Verb.PREVIEW),
        ("/slipway preview stop", Verb.PREVIEW_STOP),
        ("/Slipway Status", Verb.STATUS),
        ("Please look:\n/preview", Verb.PREVIEW),
        ("Please look:\n\n/preview\n\nThanks!", Verb.PREVIEW),
        ("Please look:\r\n/preview\r\nThanks!", Verb.PREVIEW),
        ("/preview\n/preview stop", Verb.PREVIEW),
        ("/shrug\n/preview", Verb.PREVIEW),
        ("> quoted\n\n/preview", Verb.PREVIEW),
        ("```\ncode\n```\n/preview", Verb.PREVIEW),
        ("````\n```\n/status\n````\n/preview", Verb.PREVIEW),
        ("<!-- hidden -->\n/preview", Verb.PREVIEW),
        ("`<!--` is how comments begin\n\n/preview", Verb.PREVIEW),
        ("one ` tick\n/preview", Verb.PREVIEW),
        ("<details>\n\n/preview\n\n</details>", Verb.PREVIEW),
        ("```\n<!--\n```\n/preview", Verb.PREVIEW),
    ],
)
def test_a_line_that_is_a_command_is_one(comment: str, verb: Verb) -> None:
    parsed = parse(comment)
    assert isinstance(parsed, Command)
    assert parsed.entry.verb is verb


def test_an_argument_is_handed_on_as_the_table_writes_it() -> None:
    parsed = parse("/logs BUILD")
    assert isinstance(parsed, Command)
    assert parsed.given == ("build",)


@pytest.mark.parametrize("comment", ["/help", "/slipway", "/slipway help", "/HELP", "Hello\n/help"])
def test_help_is_asked_for(comment: str) -> None:
    assert parse(comment) == Help()


@pytest.mark.parametrize(
    ("comment", "reason", "meant"),
    [
        ("/previw", UNKNOWN, "/preview"),
        ("/preveiw", UNKNOWN, "/preview"),
        ("/previews", UNKNOWN, "/preview"),
        ("/previw stop", UNKNOWN, "/preview stop"),
        ("/preview;", UNKNOWN, "/preview"),
        ("/preview.", UNKNOWN, "/preview"),
        ("/preview; rm -rf /", UNKNOWN, "/preview"),
        ("/statsu", UNKNOWN, "/status"),
        ("/hlep", UNKNOWN, "/help"),
        ("/\u0440review", UNKNOWN, "/preview"),
        ("/slipwya preview stop", UNKNOWN, "/preview stop"),
        ("/slipway foo", UNKNOWN, ""),
        ("/slipway stats", UNKNOWN, "/status"),
        ("/preview sotp", ARGUMENTS, "/preview stop"),
        ("/preview now", ARGUMENTS, "/preview"),
        ("/preview --force", ARGUMENTS, "/preview"),
        ("/preview $(id)", ARGUMENTS, "/preview"),
        ("/preview stop now", ARGUMENTS, "/preview"),
        ("/preview is broken on my machine", ARGUMENTS, "/preview"),
        ("/status please", ARGUMENTS, "/status"),
        ("/help me", ARGUMENTS, "/help"),
        ("/previw\n/preview", UNKNOWN, "/preview"),
        ("/preview retsart", ARGUMENTS, "/preview restart"),
        ("/cancle", UNKNOWN, "/cancel"),
        ("/cancel build_v0_1", ARGUMENTS, "/cancel"),
        ("/rerty", UNKNOWN, "/retry"),
        ("/retry --now", ARGUMENTS, "/retry"),
        ("/log", UNKNOWN, "/logs"),
        ("/log build", UNKNOWN, "/logs build"),
        ("/logs biuld", NO_STAGE, "/logs build"),
        ("/logs everything", NO_STAGE, "/logs"),
        ("/logs build --tail=all", ARGUMENTS, "/logs"),
        ("/slipway logs $(id)", NO_STAGE, "/logs"),
        ("/readyness", UNKNOWN, "/readiness"),
        ("/readiness #12", ARGUMENTS, "/readiness"),
        ("/readiness main", ARGUMENTS, "/readiness"),
        ("/fix", NO_FIX, "/fix"),
        ("/fix procfil", NO_FIX, "/fix procfile"),
        ("/fix env_example", NO_FIX, "/fix env-example"),
        ("/fix everything", NO_FIX, "/fix"),
        ("/fix procfile --now", ARGUMENTS, "/fix"),
        ("/fix procfile gitignore", ARGUMENTS, "/fix"),
    ],
)
def test_a_line_that_is_nearly_a_command_is_a_mistake(comment: str, reason: Reason, meant: str) -> None:
    parsed = parse(comment)
    assert isinstance(parsed, Mistake)
    assert (parsed.reason, parsed.meant) == (reason, meant)
    assert parsed.written == comment.split("\n", maxsplit=1)[0]


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "/",
        "//preview",
        "/ preview",
        "preview",
        "Try /preview",
        " /preview",
        "\t/preview",
        "    /preview",
        "- /preview",
        "1. /preview",
        "# /preview",
        "> /preview",
        "   > /preview",
        "> quoted\n/preview",
        ">> quoted\n> less\n/preview",
        "`/preview`",
        "`code\n/preview\ncode`",
        "``code ` code\n/preview\ncode``",
        "```\n/preview\n```",
        "```\n/preview",
        "~~~\n/preview\n~~~",
        "~~~\n```\n/preview\n~~~",
        "   ```sh\n/preview\n   ```",
        "````\n```\n/preview\n````",
        "<!-- /preview -->",
        "<!--\n/preview\n-->",
        "<!--\n\n/preview",
        "text <!--\n/preview\n-->",
        "<!-- x --> /preview",
        "<pre>\n\n/preview\n</pre>",
        "<script>\n/preview\n</script>",
        "/etc/passwd is world-readable",
        "/preview/stop",
        "/preview$(id)",
        "/shrug",
        "/review",
        "/reviews please",
        "/home",
        "/usr",
        "/stop",
        "/lgtm",
        "/retest",
        "/try again",
        "/panel is broken",
        "/channel",
        "/entry points",
        "/lgtm cancel",
        "／preview",
        "/preview\u200bstop\u202e" + "x" * 20,
        "/preview " + "x" * 300,
        "| /preview |",
        "@slipway preview",
        "https://example.com/preview",
    ],
)
def test_everything_else_is_not_a_command(comment: str) -> None:
    assert parse(comment) == NotACommand()


def test_a_comment_longer_than_githubs_limit_is_not_read() -> None:
    assert parse("/preview\n" + "x" * LONGEST_COMMENT) == NotACommand()


@pytest.mark.parametrize(
    "piece", ["<!--", "<!---->", "`a ", "``` \n", "/previwx\n", "> \n", "<pre>\n", "/" + "`a" * 40 + "\n", "\r", "-->`"]
)
def test_reading_time_grows_no_faster_than_the_comment(piece: str) -> None:
    short, long = (_seconds("/x " + piece * (length // len(piece))) for length in (8_000, 64_000))
    assert long < 30 * max(short, 0.001)


def _seconds(comment: str) -> float:
    """Processor time, the best of three."""
    spent = []
    for _ in range(3):
        began = time.thread_time()
        parse(comment)
        spent.append(time.thread_time() - began)
    return min(spent)
