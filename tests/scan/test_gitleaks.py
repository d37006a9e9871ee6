"""Gitleaks, where the worker has it: a program of that name that answers as its documentation says."""

import json
import sys
from pathlib import Path

import pytest

from engine.scan import secrets
from engine.scan.copies import copied
from engine.scan.programs import Programs
from engine.scan.result import PartState
from engine.shell.real import RealShell
from engine.shell.recording import RecordingShell
from tests.scan.trees import a_tree, an_aws_key

#: Tells of the first line of every copy, as `gitleaks detect --report-format json --redact` does.
ANSWERS = """\
#!{python}
import json, pathlib, sys
if sys.argv[1] == "version":
    print("8.28.0")
elif {said!r}:
    pathlib.Path(sys.argv[-1]).write_text({said!r})
    sys.exit({code})
else:
    print("writing path")
    told = [{{"RuleID": rule, "Description": "d", "StartLine": 1, "EndLine": 1, "StartColumn": 1, "EndColumn": 9,
      "Match": "REDACTED", "Secret": "REDACTED", "File": str(file), "Entropy": 3.5, "Fingerprint": "f"}}
      for file in sorted(pathlib.Path(".").iterdir()) for rule in ("aws-access-token", "generic-api-key")]
    pathlib.Path(sys.argv[-1]).write_text(json.dumps(told))
"""


def gitleaks(folder: Path, said: str = "", code: int = 0) -> Programs:
    """The analysers, with such a gitleaks."""
    file = folder / "gitleaks"
    file.write_text(ANSWERS.format(python=sys.executable, said=said, code=code))
    file.chmod(0o755)
    return Programs(RecordingShell(RealShell()), str(folder))


def test_it_goes_before_detect_secrets(tmp_path: Path) -> None:
    with copied(a_tree({"app.py": f"KEY = '{an_aws_key()}'\n"})) as copies:
        part, found = secrets.look(gitleaks(tmp_path), copies)
    assert part.tool == "gitleaks 8.28.0"
    assert [(each.id, each.path, each.line, each.blocks) for each in found] == [
        ("aws-access-token", "app.py", 1, True),
        ("generic-api-key", "app.py", 1, False),
    ]


def test_it_never_shows_a_value(tmp_path: Path) -> None:
    programs = gitleaks(tmp_path)
    with copied(a_tree({"app.py": f"KEY = '{an_aws_key()}'\n"})) as copies:
        _, found = secrets.look(programs, copies)
    assert isinstance(programs.shell, RecordingShell)
    assert all("--redact" in asked.argv for asked in programs.shell.asked[1:])
    assert an_aws_key() not in repr(found) + repr(programs.shell.asked)


@pytest.mark.parametrize(
    ("said", "code"),
    [("nonsense", 0), (" ", 0), ("[]", 1), ("{}", 0), ("[1]", 0), (json.dumps([{"File": "gone", "StartLine": 1}]), 0)],
)
def test_an_answer_that_cant_be_read_is_inconclusive(tmp_path: Path, said: str, code: int) -> None:
    with copied(a_tree({"app.py": ""})) as copies:
        part, found = secrets.look(gitleaks(tmp_path, said, code), copies)
    assert (part.state, found) == (PartState.INCONCLUSIVE, ())
    assert "gitleaks" in part.why


@pytest.mark.parametrize("said", ["[]", "null"])
def test_what_it_writes_where_there_is_nothing_is_clean(tmp_path: Path, said: str) -> None:
    with copied(a_tree({"app.py": ""})) as copies:
        part, found = secrets.look(gitleaks(tmp_path, said), copies)
    assert (part.state, part.why, found) == (PartState.CLEAN, "", ())
