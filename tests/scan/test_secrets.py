"""Secrets are found by kind and place; their values are nowhere in what is told."""

import string
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from engine.scan import secrets
from engine.scan.copies import copied
from engine.scan.programs import Programs
from engine.scan.result import PartState, ScanFinding
from engine.scan.secret_reader import read
from engine.shell.port import Output
from engine.shell.real import RealShell
from engine.shell.recording import RecordingShell
from tests.scan.trees import a_private_key, a_tree, a_word, an_aws_key

DIGITS = string.digits
KEYS = {
    "AWS access key": an_aws_key(),
    "GitHub token": "ghp_" + a_word(36),
    "GitLab token": "glpat-" + a_word(20),
    "Stripe live key": "sk_live_" + a_word(99),
    "Slack token or webhook": f"xoxb-{a_word(11, DIGITS)}-{a_word(12, DIGITS)}-{a_word(24)}",
    "SendGrid key": f"SG.{a_word(22)}.{a_word(43)}",
    "PyPI token": "pypi-AgEIcHlwaS5vcmc" + a_word(90),
    "OpenAI key": f"sk-{a_word(20)}T3BlbkFJ{a_word(20, seed=9)}",
    "Anthropic key": "sk-ant-api03-" + a_word(90),
    "Telegram bot token": f"{a_word(10, DIGITS)}:AA{a_word(33)}",
    "private key": a_private_key(),
}
UNSURE = {
    "password in an address": f"DATABASE = 'postgres://bob:{a_word(12)}@db.acme.io/shop'",
    "password or key": f"DB_PASSWORD = 'k{a_word(13)}9'",
}
EXAMPLES = [
    "AKIAIOSFODNN7" + "EXAMPLE",
    "ghp_" + "x" * 36,
    "sk_live_" + "<your key goes in here>",
    "postgres://postgres:postgres123@localhost/shop",
    "postgres://user:hunter2hunter@db:5432/shop",
    "redis://:${REDIS_PASSWORD}@cache.acme.io",
    "SECRET_KEY = os.environ['SECRET_KEY']",
    "api_key = 'your-api-key-goes-here-1'",
    "password = 'correct horse battery 1'",
    "-----BEGIN RSA PRIVATE " + "KEY-----\n...\n",
    f'image = "data:image/png;base64,{a_word(40)}{an_aws_key()}{a_word(40)}"',
]


class Hurried:
    """A Shell that gives nobody any time."""

    def run(
        self,
        argv: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        timeout: float,
        limit: int = 1 << 30,
        stdin: bytes = b"",
    ) -> Output:
        """As the real one, with no time-out to speak of."""
        return RealShell().run(argv, folder=folder, environment=environment, timeout=0.0, limit=limit, stdin=stdin)


def found_in(files: dict[str, str], programs: Programs) -> tuple[ScanFinding, ...]:
    with copied(a_tree(files)) as copies:
        return secrets.look(programs, copies)[1]


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_of_a_known_issuer_is_sure(kind: str) -> None:
    (told,) = read("x", f"\nkey = '{KEYS[kind]}'\n")
    assert (told.kind, told.line, told.sure) == (kind, 2, True)


@pytest.mark.parametrize("kind", UNSURE)
def test_what_looks_like_one_is_not_sure(kind: str) -> None:
    (told,) = read("x", UNSURE[kind])
    assert (told.kind, told.sure) == (kind, False)


@pytest.mark.parametrize("text", EXAMPLES)
def test_what_stands_in_its_place_is_none(text: str) -> None:
    assert list(read("x", text)) == []


def test_a_value_is_nowhere_in_what_is_told(programs: Programs) -> None:
    files = {"app.py": "\n".join([*KEYS.values(), *UNSURE.values()])}
    recording = RecordingShell(RealShell())
    told = repr(found_in(files, Programs(recording, "/nowhere"))) + repr(recording.asked)
    values = [*(value.strip().splitlines()[-2] if "\n" in value else value for value in KEYS.values())]
    assert "AWS access key" in told
    for value in [*values, a_word(12), a_word(13)]:
        assert value not in told
        assert value[4:24] not in told or value.startswith("pypi-")


def test_of_what_can_be_guessed_no_digest_is_kept() -> None:
    marks = {next(read("x", f"DB_PASSWORD = '{a_word(14, seed=seed)}9'")).mark for seed in range(5)}
    assert len(marks) == 1


def test_another_key_in_its_place_is_another_finding(programs: Programs) -> None:
    first, second = (found_in({"app.py": f"KEY = '{an_aws_key(seed)}'\n"}, programs) for seed in (1, 2))
    assert first[0].key != second[0].key
    assert an_aws_key(1)[4:12] not in first[0].key


def test_comments_and_files_that_allow_a_secret_change_nothing(programs: Programs) -> None:
    files = {
        "app.py": f"KEY = '{an_aws_key()}'  # pragma: allowlist secret  # gitleaks:allow  # noqa\n",
        ".secrets.baseline": '{"results": {"app.py": [{"line_number": 1}]}}',
        ".gitleaks.toml": "[allowlist]\npaths = ['.*']\n",
        ".gitignore": "*\n",
    }
    (found,) = found_in(files, programs)
    assert (found.path, found.line, found.blocks) == ("app.py", 1, True)


def test_keys_of_tests_and_examples_weigh_less(programs: Programs) -> None:
    files = {
        "tests/test_app.py": f"KEY = '{an_aws_key()}'\n{a_private_key()}",
        "docs/setup.md": f"DB_PASSWORD = 'k{a_word(13)}9'\n",
        "node_modules/x/index.js": f"'{an_aws_key()}'",
    }
    assert [(each.path, each.line, each.blocks) for each in found_in(files, programs)] == [
        ("tests/test_app.py", 1, False)
    ]


def test_a_text_that_is_too_large_makes_it_inconclusive(programs: Programs) -> None:
    with copied(a_tree({"app.py": "", "dump.sql": b"a" * (3 << 20)})) as copies:
        part, _ = secrets.look(programs, copies)
    assert (part.state, part.why) == (PartState.INCONCLUSIVE, "dump.sql is larger than 2 MB")


def test_a_reader_that_does_not_end_in_time_is_inconclusive() -> None:
    with copied(a_tree({"app.py": ""})) as copies:
        part, _ = secrets.look(Programs(Hurried(), "/nowhere"), copies)
    assert part.state is PartState.INCONCLUSIVE
    assert "not done in time" in part.why
