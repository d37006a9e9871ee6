"""A secret that stands in a file stays there: no finding repeats it."""

import pytest

from engine.readiness.looking import facts_of, look
from tests.readiness.example_facts import facts_of as example

SECRET = "Zq9Xw7Kp3Lm5Vt1Rb8"
APP = "from flask import Flask\napp = Flask(__name__)\n"
PACKAGE = f'{{"dependencies": {{"express": "4", "b": "git+https://x:{SECRET}@github.com/a/b"}}}}'


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": APP, "requirements.txt": f"flask\ngit+https://tok:{SECRET}@github.com/a/b.git#egg=c\n"},
        {"app.py": APP, "requirements.txt": f"flask\ngit+https://{SECRET}@github.com/a/b.git#egg=c\n"},
        {"package.json": PACKAGE, "server.js": "require('express')().listen(3000)\n"},
        {"requirements.txt": "flask\n", "Procfile": f"web: env API_TOKEN={SECRET} gunicorn app:app\n"},
        {"requirements.txt": "flask\n", "Procfile": f"web: env PGPASSWORD='{SECRET}' gunicorn app:app\n"},
    ],
)
def test_no_finding_repeats_it(files: dict[str, str]) -> None:
    seen = look("a" * 40, facts_of(example(files).tree))
    assert seen.findings
    assert SECRET not in seen.json()


def test_a_message_without_end_is_cut() -> None:
    long = {"app.py": APP, "requirements.txt": "flask\ngit+https://github.com/a/" + "b" * 50_000 + ".git\n"}
    assert all(
        len(each.message) < 3000 and len(each.key) < 3000
        for each in look("a" * 40, facts_of(example(long).tree)).findings
    )
