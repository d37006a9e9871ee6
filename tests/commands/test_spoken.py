"""The grammar of doors that stand in no pull request."""

import pytest

from engine.commands.chat import CHAT_TABLE, TOPICS, ChatEntry, ChatVerb
from engine.commands.parse import LONGEST_LINE, Command, Help, Mistake
from engine.commands.spoken import FORMS, ChatCommand, Spoken, read_spoken, spoken_help, spoken_usage
from engine.commands.table import TABLE, Entry, Verb, entry_of
from engine.reasons import Reason
from engine.store.slack_channels import WANTS


def spoken(text: str) -> Spoken:
    """What a text that is a command says."""
    found = read_spoken(text)
    assert isinstance(found, Spoken), (text, found)
    return found


def wrong(text: str) -> Mistake:
    """What is wrong with a text that is none."""
    found = read_spoken(text)
    assert isinstance(found, Mistake), (text, found)
    return found


def summed_up(text: str) -> tuple[str, tuple[str, ...], str, int, str, str]:
    """Verb, words, repository, pull request, ref and environment."""
    found = spoken(text)
    where = (found.repository, found.number, found.ref, found.environment)
    return (found.command.entry.verb, found.command.given, *where)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deploy", ("deploy", (), "", 0, "", "")),
        ("deploy acme/shop@main to production", ("deploy", (), "acme/shop", 0, "main", "production")),
        ("deploy acme/shop@main production", ("deploy", (), "acme/shop", 0, "main", "production")),
        ("deploy acme/shop@feature/x", ("deploy", (), "acme/shop", 0, "feature/x", "")),
        ("deploy to Production", ("deploy", (), "", 0, "", "production")),
        ("deploy main to production", ("deploy", (), "", 0, "main", "production")),
        ("deploy to production v1.2", ("deploy", (), "", 0, "v1.2", "production")),
        ("deploy production feature/x", ("deploy", ("production", "feature/x"), "", 0, "", "")),
        ("deploy acme/shop production main", ("deploy", ("production", "main"), "acme/shop", 0, "", "")),
        ("deploy acme/shop#12 to staging", ("deploy", (), "acme/shop", 12, "", "staging")),
        ("deploy @main", ("deploy", (), "", 0, "main", "")),
        ("deploy to", ("deploy", ("to",), "", 0, "", "")),
        ("rollback acme/shop production v12 --plan", ("rollback", ("production", "v12"), "acme/shop", 0, "", "")),
        ("rollback acme/shop production to v12", ("rollback", ("production", "v12"), "acme/shop", 0, "", "")),
        ("promote acme/shop to production", ("promote", (), "acme/shop", 0, "", "production")),
        ("preview acme/shop#12", ("preview", (), "acme/shop", 12, "", "")),
        ("preview stop acme/shop#12", ("preview stop", (), "acme/shop", 12, "", "")),
        ("PREVIEW Stop Acme/Shop#12", ("preview stop", (), "Acme/Shop", 12, "", "")),
        ("preview start #12", ("preview", (), "", 12, "", "")),
        ("logs build acme/shop#12", ("logs", ("build",), "acme/shop", 12, "", "")),
        ("logs acme/shop#12 build", ("logs", ("build",), "acme/shop", 12, "", "")),
        ("readiness", ("readiness", (), "", 0, "", "")),
        ("readiness acme/shop", ("readiness", (), "acme/shop", 0, "", "")),
        ("readiness acme/shop#12", ("readiness", (), "acme/shop", 12, "", "")),
        ("readiness https://github.com/acme/shop/pull/12", ("readiness", (), "acme/shop", 12, "", "")),
        ("fix procfile acme/shop#12", ("fix", ("procfile",), "acme/shop", 12, "", "")),
        ("fix #12 Env-Example", ("fix", ("env-example",), "", 12, "", "")),
        ("status", ("status", (), "", 0, "", "")),
        ("status acme/shop", ("status", (), "acme/shop", 0, "", "")),
        ("approve acme/shop production", ("approve", ("production",), "acme/shop", 0, "", "")),
        ("env unset acme/shop production KEY", ("env unset", ("production", "KEY"), "acme/shop", 0, "", "")),
    ],
)
def test_words_say_what_they_are_about(text: str, expected: tuple[str, tuple[str, ...], str, int, str, str]) -> None:
    assert summed_up(text) == expected


@pytest.mark.parametrize(
    ("text", "repository", "number", "given", "free"),
    [
        ("reject acme/shop production not today", "acme/shop", 0, ("production",), "not today"),
        ("reject production acme/shop#3 not today", "acme/shop", 3, ("production",), "not today"),
        ("lock acme/shop production see acme/web#7 @ada", "acme/shop", 0, ("production",), "see acme/web#7 @ada"),
        ("lock production client/server is broken", "", 0, ("production",), "client/server is broken"),
        ("unlock production we go to production", "", 0, ("production",), "we go to production"),
    ],
)
def test_free_text_may_hold_anything(
    text: str, repository: str, number: int, given: tuple[str, ...], free: str
) -> None:
    found = spoken(text)
    assert isinstance(found.command, Command)
    assert (found.repository, found.number) == (repository, number)
    assert (found.command.given, found.command.text) == (given, free)


@pytest.mark.parametrize(
    ("text", "repository", "number", "ref"),
    [
        ("preview https://github.com/acme/shop/pull/12", "acme/shop", 12, ""),
        ("preview <https://github.com/acme/shop/pull/12>", "acme/shop", 12, ""),
        ("preview <https://github.com/acme/shop/pull/12/files?w=1#r1|acme/shop#12>", "acme/shop", 12, ""),
        ("status https://GitHub.com/acme/shop.git", "acme/shop", 0, ""),
        ("status https://github.com/acme/shop/", "acme/shop", 0, ""),
        ("deploy <https://github.com/acme/shop/tree/feature%2Fx>", "acme/shop", 0, "feature/x"),
        ("deploy https://github.com/acme/shop/commit/abc1234", "acme/shop", 0, "abc1234"),
        ("deploy acme/<mailto:shop@main.com|shop@main.com>", "acme/shop", 0, "main.com"),
        ("deploy acme/shop@<http://v1.io|v1.io>", "acme/shop", 0, "v1.io"),
    ],
)
def test_addresses_count_as_what_they_lead_to(text: str, repository: str, number: int, ref: str) -> None:
    found = spoken(text)
    assert (found.repository, found.number, found.ref) == (repository, number, ref)


@pytest.mark.parametrize(
    "address",
    [
        "https://gitlab.com/acme/shop/pull/12",
        "https://github.com.evil.example/acme/shop/pull/12",
        "https://github.com/acme/shop/actions",
        "https://github.com/acme",
        "<https://github.com/acme/shop/blob/main/a.py>",
        "http://github.com/acme/shop",
    ],
)
def test_other_addresses_lead_nowhere(address: str) -> None:
    assert wrong(f"status {address}").reason is Reason.BAD_ARGUMENTS


def test_addresses_are_those_of_the_github_that_is_ours() -> None:
    found = read_spoken("preview http://localhost:3000/acme/shop/pull/2", "http://localhost:3000")
    assert isinstance(found, Spoken)
    assert (found.repository, found.number) == ("acme/shop", 2)
    assert isinstance(read_spoken("preview https://github.com/acme/shop/pull/2", "http://localhost:3000"), Mistake)


@pytest.mark.parametrize("text", ["", "  ", "help", "HELP", "/help", "/slipway", "slipway help", "/"])
def test_nothing_and_help_are_help(text: str) -> None:
    assert read_spoken(text) == Help()


@pytest.mark.parametrize("text", ["/status", "/slipway status", "slipway status", "status\nand thanks", "\n status "])
def test_what_people_add_out_of_habit_does_no_harm(text: str) -> None:
    assert spoken(text) == Spoken(Command(entry_of(Verb.STATUS)))


def test_what_slack_and_telephones_make_of_a_text_is_undone() -> None:
    plan = spoken("rollback production —plan").command
    assert isinstance(plan, Command)
    assert plan.flags == {"--plan"}
    reason = spoken("lock production A &amp; B &lt;3").command
    assert isinstance(reason, Command)
    assert reason.text == "A & B <3"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("deplyo acme/shop@main", "/slipway deploy acme/shop@main"),
        ("preview stpo acme/shop#12", "/slipway preview stop acme/shop#12"),
        ("preveiw", "/slipway preview"),
        ("subscrib acme/shop", "/slipway subscribe acme/shop"),
        ("preview acme/shop#1 acme/shop#2", "/slipway preview acme/shop#1"),
        ("frobnicate", ""),
        ("frobnicate acme/shop", ""),
    ],
)
def test_a_mistake_says_what_was_meant_as_one_types_it(text: str, meant: str) -> None:
    found = wrong(text)
    assert (found.written, found.meant) == (f"/slipway {text}", meant)


@pytest.mark.parametrize(
    "text",
    [
        "status acme/shop@main",
        "deploy production main feature",
        "deploy staging production to main extra",
        "deploy acme/shop@main v1.2",
        "deploy to -x",
        "logs nowhere acme/shop#1",
        "preview acme/shop#0",
        "preview 12",
        "subscribe acme/shop#12",
        "subscribe acme/shop everything",
        "status; rm -rf /",
    ],
)
def test_what_is_not_exactly_a_command_runs_nothing(text: str) -> None:
    assert wrong(text).reason in (Reason.BAD_ARGUMENTS, Reason.NO_SUCH_STAGE, Reason.UNKNOWN_COMMAND)


def test_a_text_that_is_too_long_is_none_and_is_shortened() -> None:
    found = wrong(f"lock production {'x' * 5000}")
    assert len(found.written) == LONGEST_LINE + 1


@pytest.mark.parametrize(
    "text",
    [
        "env set production API_KEY=swordfish",
        "env set API_KEY sword/fish",
        "env add KEY swordfish x",
        "set KEY=swordfish x",
    ],
)
def test_a_value_that_was_typed_is_not_repeated(text: str) -> None:
    found = wrong(text)
    assert "fish" not in found.written + found.meant
    assert found.written.endswith("…")


@pytest.mark.parametrize("entry", TABLE)
def test_every_command_of_the_table_is_understood(entry: Entry) -> None:
    needed = "".join(f" {(each.choices or ('KEY',))[0]}" for each in entry.arguments[: entry.least])
    for words in entry.spellings:
        found = read_spoken(f"{' '.join(words)} acme/shop{needed}")
        assert (
            found == Help() if entry.verb is Verb.HELP else isinstance(found, Spoken) and found.command.entry == entry
        )


@pytest.mark.parametrize(
    ("text", "verb", "given", "repository"),
    [
        ("subscribe acme/shop", ChatVerb.SUBSCRIBE, (), "acme/shop"),
        ("subscribe acme/shop deploys Failures", ChatVerb.SUBSCRIBE, ("deploys", "failures"), "acme/shop"),
        ("unsubscribe acme/shop", ChatVerb.UNSUBSCRIBE, (), "acme/shop"),
        ("subscriptions", ChatVerb.SUBSCRIPTIONS, (), ""),
        ("quiet", ChatVerb.QUIET, (), ""),
        ("quiet 22:00-07:00 Europe/Berlin", ChatVerb.QUIET, ("22:00-07:00", "Europe/Berlin"), ""),
        ("quiet off", ChatVerb.QUIET, ("off",), ""),
        ("link", ChatVerb.LINK, (), ""),
        ("unlink", ChatVerb.UNLINK, (), ""),
        ("env set", ChatVerb.ENV_SET, (), ""),
        ("env set acme/shop production API_KEY", ChatVerb.ENV_SET, ("production", "API_KEY"), "acme/shop"),
        ("env set API_KEY", ChatVerb.ENV_SET, ("API_KEY",), ""),
    ],
)
def test_a_chat_has_commands_of_its_own(text: str, verb: ChatVerb, given: tuple[str, ...], repository: str) -> None:
    found = spoken(text)
    assert isinstance(found.command, ChatCommand)
    assert (found.command.entry.verb, found.command.given, found.repository) == (verb, given, repository)


def test_each_verb_of_a_chat_has_one_entry_and_no_spelling_of_another() -> None:
    assert [entry.verb for entry in CHAT_TABLE] == list(ChatVerb)
    spellings = [words for form in FORMS for words in form.spellings]
    assert len(spellings) == len(set(spellings))
    assert sorted(TOPICS) == sorted(WANTS)


@pytest.mark.parametrize("form", FORMS)
def test_help_names_every_command_as_one_types_it(form: Entry | ChatEntry) -> None:
    line = f"- `{spoken_usage(form)}`: "
    assert line in spoken_help()
    assert spoken_usage(form).startswith(f"/slipway {' '.join(form.words)}")


def test_help_speaks_of_commands_as_one_types_them() -> None:
    assert "`/deploy" not in spoken_help()
    assert "`/slipway deploy main` goes back to `main`" in spoken_help()
    assert spoken_usage(entry_of(Verb.READINESS)) == "/slipway readiness [owner/repo#12]"
    assert spoken_usage(entry_of(Verb.FIX)) == "/slipway fix [owner/repo]#12 [name]"
    assert spoken_usage(entry_of(Verb.LOGS)) == "/slipway logs [owner/repo]#12 [stage]"
