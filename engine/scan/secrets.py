"""Secrets in the files of a commit. Their values stay where they are: kinds and places are told."""

import hashlib
import re
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from engine.scan.copies import Copies, Copy
from engine.scan.files import shown
from engine.scan.keys import key_of
from engine.scan.programs import CannotSay, Programs, told
from engine.scan.result import PartName, PartState, ScanFinding, ScanPart

SECONDS = 20.0
PAGE = "https://docs.github.com/en/code-security/secret-scanning/introduction/about-secret-scanning"
#: Gitleaks' kinds that only look like a secret, which a person has to judge.
UNSURE = frozenset({"generic-api-key", "jwt", "jwt-base64", "curl-auth-header", "curl-auth-user", "gcp-api-key"})
#: Where words in quotes are told, not used.
PROSE = re.compile(r"\.(md|rst|txt|html|adoc)$|(^|/)(locales?|i18n|lang|translations)/", re.IGNORECASE)
SHOWS = re.compile(r"(example|sample|mock|fixture|seed|dist|template|schema)[^/]*$", re.IGNORECASE)
#: Findings that are kept, and sentences of what wasn't looked at that are told.
MOST, TOLD = 200, 3
#: Where gitleaks writes, among the copies.
REPORT = "gitleaks-report"


@dataclass(frozen=True)
class Stands:
    """A secret's kind and place."""

    copy: Copy
    line: int
    kind: str
    sure: bool
    mark: str


@dataclass(frozen=True)
class Said:
    """What a reader found, and the files that took it too long."""

    tool: str
    stands: list[Stands]
    slow: list[str] = field(default_factory=list)


def look(programs: Programs, copies: Copies) -> tuple[ScanPart, tuple[ScanFinding, ...]]:
    """The part and what it found."""
    if not copies.by_name:
        state = PartState.INCONCLUSIVE if copies.unread else PartState.NOTHING
        return ScanPart(PartName.SECRETS, state, why=_left(copies.unread)), ()
    gitleaks = shutil.which("gitleaks", path=programs.search_path)
    try:
        said = _by_gitleaks(programs, copies, gitleaks) if gitleaks else _by_detect_secrets(programs, copies)
    except CannotSay as error:
        return ScanPart(PartName.SECRETS, PartState.INCONCLUSIVE, why=str(error)), ()
    # What blocks is kept first, so that nothing hides it in a crowd.
    findings = sorted(_findings(said.stands), key=lambda each: not each.blocks)
    too_many = [f"more than {MOST} were found"] if len(findings) > MOST else []
    why = _left([*too_many, *copies.unread, *(f"{shown(path)} takes too long" for path in said.slow)])
    state = PartState.FOUND if findings else PartState.INCONCLUSIVE if why else PartState.CLEAN
    return ScanPart(PartName.SECRETS, state, said.tool, why), tuple(findings[:MOST])


def _left(open_ends: list[str]) -> str:
    more = f"; {len(open_ends) - TOLD} more" if len(open_ends) > TOLD else ""
    return "; ".join(open_ends[:TOLD]) + more


def _by_detect_secrets(programs: Programs, copies: Copies) -> Said:
    argv = (sys.executable, "-I", "-m", "engine.scan.secret_reader", str(copies.folder))
    said = told(programs.run(argv, copies.folder, seconds=SECONDS).stdout, "detect-secrets")
    slow = [copies.by_name[each["name"]].path for each in said if "slow" in each]
    found = [Stands(copies.by_name[each.pop("name")], **each) for each in said if "slow" not in each]
    return Said(f"detect-secrets {version('detect-secrets')}", found, slow)


def _by_gitleaks(programs: Programs, copies: Copies, gitleaks: str) -> Said:
    tool = programs.run((gitleaks, "version"), copies.folder, seconds=SECONDS).stdout.decode(errors="replace").strip()
    argv = (gitleaks, "detect", "--no-git", "--source", ".", "--redact", "--exit-code", "0", "--no-banner")
    # Some versions say more than the report where they print.
    programs.run((*argv, "--report-format", "json", "--report-path", REPORT), copies.folder, seconds=SECONDS)
    said = (copies.folder / REPORT).read_bytes() if (copies.folder / REPORT).is_file() else b""
    try:
        listed = [] if said.strip() == b"null" else told(said, "gitleaks")
        found = [_as_told(copies.by_name[each["File"].rpartition("/")[2]], each) for each in listed]
    except (ValueError, KeyError, TypeError) as error:
        raise CannotSay("the answer of gitleaks could not be read") from error
    return Said(f"gitleaks {tool}", found)


def _as_told(copy: Copy, place: dict[str, Any]) -> Stands:
    first, last, sure = int(place["StartLine"]), int(place["EndLine"]), place["RuleID"] not in UNSURE
    # Of what can be guessed not even a piece of a digest is kept.
    text = "\n".join(copy.lines[first - 1 : last]) if sure else ""
    mark = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:8]
    return Stands(copy, first, str(place["RuleID"]), sure, mark)


def _findings(found: Iterable[Stands]) -> list[ScanFinding]:
    findings = []
    for each in sorted(found, key=lambda each: (each.copy.path, each.line, each.kind)):
        path, is_key = each.copy.path, each.kind in ("private key", "private-key")
        # Tests bring keys of their own that open nothing.
        if not each.copy.runs and (is_key or not each.sure):
            continue
        if not each.sure and (PROSE.search(path) or SHOWS.search(path)):
            continue
        words = f"This is a secret ({each.kind})" if each.sure else f"This looks like a secret ({each.kind})"
        findings.append(
            ScanFinding(
                part=PartName.SECRETS,
                id=each.kind,
                message=f"{words}: whoever reads the repository has it.",
                path=path,
                line=each.line,
                blocks=each.sure and each.copy.runs,
                key=key_of(each.kind, each.mark),
                link=PAGE,
            )
        )
    return findings
