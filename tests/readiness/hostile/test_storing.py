"""What strangers wrote is stored whatever it is."""

from engine.readiness.inspected import Inspected
from engine.readiness.judge import MOST
from engine.readiness.looking import facts_of, look
from tests.readiness.example_facts import facts_of as example


def test_what_is_no_text_is_stored_as_a_question_mark() -> None:
    package = '{"dependencies": {"express": "4", "\\ud800": "\\udfff"}, "scripts": {"start": "node \\ud800\\u0000.js"}}'
    seen = look(
        "a" * 40, facts_of(example({"package.json": package, "server.js": "require('express')().listen(3000)"}).tree)
    )
    assert Inspected.from_json(seen.json()).json().encode() == seen.json().encode()
    assert "\0" not in seen.json()


def test_what_is_broken_in_ten_thousand_places_is_told_of_some() -> None:
    files = {f"d{number}/.env": "SECRET_KEY=abcdef1234567890abcd\n" for number in range(10_000)}
    seen = look("a" * 40, facts_of(example({"app.py": "import flask\n", "requirements.txt": "flask\n", **files}).tree))
    told = [each for each in seen.findings if each.rule == "env-file-ignored"]
    assert len(told) == MOST + 1
    assert "9700 more" in next(each.message for each in told if not each.path)
    assert len(seen.json()) < 200_000


def test_a_file_that_goes_on_and_on_is_not_repeated() -> None:
    seen = look("a" * 40, facts_of(example({"app.py": "import flask\n", "Procfile": "x\n" * 100_000}).tree))
    assert len(seen.json()) < 100_000
