"""Commands about environments: words, flags and free text, and the lines that run nothing (F-D3)."""

import pytest

from engine.commands.parse import Command, Mistake, NotACommand, parse
from engine.commands.table import Verb


@pytest.mark.parametrize(
    ("comment", "verb", "given", "flags", "text"),
    [
        ("/deploy", Verb.DEPLOY, (), (), ""),
        ("/deploy production", Verb.DEPLOY, ("production",), (), ""),
        ("/deploy main", Verb.DEPLOY, ("main",), (), ""),
        ("/deploy production feature/x", Verb.DEPLOY, ("production", "feature/x"), (), ""),
        ("/Deploy Production Feature/X", Verb.DEPLOY, ("Production", "Feature/X"), (), ""),
        ("/deploy abc1234", Verb.DEPLOY, ("abc1234",), (), ""),
        ("/deploy feature/ünïcode", Verb.DEPLOY, ("feature/ünïcode",), (), ""),
        ("/deploy v1.2.3-rc.1+x", Verb.DEPLOY, ("v1.2.3-rc.1+x",), (), ""),
        ("/slipway deploy staging", Verb.DEPLOY, ("staging",), (), ""),
        ("/rollback", Verb.ROLLBACK, (), (), ""),
        ("/rollback --plan", Verb.ROLLBACK, (), ("--plan",), ""),
        ("/rollback 12", Verb.ROLLBACK, ("12",), (), ""),
        ("/rollback v12", Verb.ROLLBACK, ("v12",), (), ""),
        ("/rollback production dep_0123456789abcdef", Verb.ROLLBACK, ("production", "dep_0123456789abcdef"), (), ""),
        ("/rollback --PLAN production 12", Verb.ROLLBACK, ("production", "12"), ("--plan",), ""),
        ("/promote production", Verb.PROMOTE, ("production",), (), ""),
        ("/approve", Verb.APPROVE, (), (), ""),
        ("/approve gate_0123456789abcdef", Verb.APPROVE, ("gate_0123456789abcdef",), (), ""),
        (
            "/reject production it's too late; $(id) & co.",
            Verb.REJECT,
            ("production",),
            (),
            "it's too late; $(id) & co.",
        ),
        ("/reject Too late", Verb.REJECT, ("Too",), (), "late"),
        ("/lock", Verb.LOCK, (), (), ""),
        ("/lock production  moving   house", Verb.LOCK, ("production",), (), "moving house"),
        ("/lock production a `secret` word", Verb.LOCK, ("production",), (), "a … word"),
        ("/unlock production --force ada is away", Verb.UNLOCK, ("production",), ("--force",), "ada is away"),
        ("/unlock production ada is away --force", Verb.UNLOCK, ("production",), ("--force",), "ada is away"),
        ("/lock production fix -- urgent - really", Verb.LOCK, ("production",), (), "fix -- urgent - really"),
        ("/restart", Verb.RESTART, (), (), ""),
        ("/env list", Verb.ENV_LIST, (), (), ""),
        ("/env list production", Verb.ENV_LIST, ("production",), (), ""),
        ("/env unset API_KEY", Verb.ENV_UNSET, ("API_KEY",), (), ""),
        ("/env unset production API_KEY", Verb.ENV_UNSET, ("production", "API_KEY"), (), ""),
        ("/cancel production", Verb.CANCEL, ("production",), (), ""),
    ],
)
def test_words_flags_and_text_find_their_places(
    comment: str, verb: Verb, given: tuple[str, ...], flags: tuple[str, ...], text: str
) -> None:
    parsed = parse(comment)
    assert isinstance(parsed, Command)
    assert (parsed.entry.verb, parsed.given, parsed.flags, parsed.text) == (verb, given, frozenset(flags), text)


@pytest.mark.parametrize(
    "behind",
    [
        " $(id)",
        " `id`",
        " production; rm -rf /",
        " production main --force",
        " production main now",
        " production && true",
        " production | tee",
        " main..other",
        " main:other",
        " main^",
        " main~1",
        " @{-1}",
        " -main",
        " --upload-pack=x",
        " ../../etc",
        " /etc/passwd",
        " .hidden",
        " *",
        " \\x",
        " a\u202eb",
        " a\u200bb",
        " 'main'",
        ' "main"',
        " main\x00",
        " <b>",
        " <!-- -->",
    ],
)
@pytest.mark.parametrize(
    "command", ["/deploy", "/rollback", "/promote", "/approve", "/restart", "/env list", "/cancel"]
)
def test_d3_what_is_not_exactly_a_name_a_ref_or_a_release_is_refused(command: str, behind: str) -> None:
    assert isinstance(parse(f"{command}{behind}"), Mistake | NotACommand)


@pytest.mark.parametrize("command", ["/deploy", "/lock production", "/reject", "/rollback", "/env unset", "/approve"])
def test_d3_64_kilobytes_behind_a_command_are_no_command(command: str) -> None:
    assert parse(f"{command} {'x' * 65_000}") == NotACommand()
    assert parse(f"{command} {'x ' * 32_000}") == NotACommand()


@pytest.mark.parametrize(
    "comment",
    [
        "> /deploy production",
        "`/deploy production`",
        "```\n/deploy production\n```",
        "    /deploy production",
        "Please /deploy production",
        "<!-- /deploy production -->",
        "/deploy/production",
        "/deployment is slow",
        "/block",
        "/remote work",
        "/improve this",
        "/end",
        "/envs",
    ],
)
def test_d3_what_is_quoted_hidden_or_another_word_deploys_nothing(comment: str) -> None:
    assert parse(comment) == NotACommand()


@pytest.mark.parametrize(
    ("comment", "written"),
    [
        ("/env set API_KEY=swordfish", "/env set …"),
        ("/slipway env set production API_KEY=swordfish", "/slipway env set …"),
        ("/ENV  add swordfish", "/ENV  add …"),
        ("/env unset API_KEY=swordfish", "/env unset …"),
        ("/env list production swordfish", "/env list …"),
        ("/env swordfish", "/env …"),
    ],
)
def test_what_stands_behind_env_is_not_repeated(comment: str, written: str) -> None:
    parsed = parse(comment)
    assert isinstance(parsed, Mistake)
    assert parsed.written == written


@pytest.mark.parametrize(("comment", "meant"), [("/env", ""), ("/env lsit", "/env list"), ("/rolback", "/rollback")])
def test_a_mistyped_word_leads_to_a_whole_command(comment: str, meant: str) -> None:
    parsed = parse(comment)
    assert isinstance(parsed, Mistake)
    assert parsed.meant == meant
