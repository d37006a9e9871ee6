"""Risky Python, by ruff's S rules: those of them that are right when checked by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.scan.copies import PYTHON, Copies, Copy
from engine.scan.files import shown
from engine.scan.halves import in_halves
from engine.scan.keys import key_of
from engine.scan.programs import Programs, installed, told
from engine.scan.python_visitor import Reached, reached
from engine.scan.result import PartName, ScanFinding

#: For a look, and for its version.
SECONDS, VERSION = 20.0, 5.0
PAGE = "https://docs.astral.sh/ruff/rules/"
#: A shell, code or objects made of what it is given: told anyway, and sure when a visitor gives it.
RISKY = {
    "S102": "`exec` runs whatever text it is given as code",
    "S307": "`eval` runs whatever text it is given as code",
    "S506": "`yaml.load` makes any object that the document names: use `yaml.safe_load`",
    "S602": "A shell reads this command: whatever is put into it can end it and begin another",
    "S605": "A shell reads this command: whatever is put into it can end it and begin another",
}
#: Told anyway, never sure enough to stop a deploy.
POSSIBLE = {
    "S306": "`tempfile.mktemp` leaves time for somebody else to make the file first",
    "S323": "Certificates aren't checked: anybody between can read and change what is said",
    "S501": "Certificates aren't checked: anybody between can read and change what is said",
    "S502": "An old version of TLS that is broken is allowed",
    "S503": "An old version of TLS that is broken is the usual one here",
    "S507": "The key of the other side isn't checked: anybody between can be it",
    "S612": "`logging.config.listen` without `verify` runs what anybody who reaches the port sends",
}
#: Told only when a visitor's words are in it: without them it is as often right as wrong.
WITH_VISITORS = {
    "S301": "`pickle` runs code of whoever wrote what it reads",
    "S608": "A visitor's words become part of the SQL: hand them over as parameters",
}
CODES = tuple(sorted({*RISKY, *POSSIBLE, *WITH_VISITORS}))


@dataclass(frozen=True)
class Looked:
    """What an analyser found; `why` tells what it couldn't look at."""

    tool: str
    findings: tuple[ScanFinding, ...] = ()
    why: str = ""


def look(programs: Programs, copies: Copies) -> Looked | None:
    """Risky lines of the application's Python; None: there is no Python. Raises CannotSay."""
    running = {each.name: each for each in copies.running(PYTHON)}
    if not running:
        return None
    ruff = installed("ruff")
    version = programs.run((ruff, "--version"), copies.folder, seconds=VERSION).stdout.decode(errors="replace").strip()
    blind = ("--isolated", "--no-cache", "--ignore-noqa", "--no-respect-gitignore", "--exit-zero")
    argv = (ruff, "check", *blind, "--select", ",".join(CODES), "--output-format", "json")

    def some(names: Sequence[str], seconds: float) -> list[dict[str, Any]]:
        return told(programs.run((*argv, *names), copies.folder, seconds=seconds).stdout, "ruff")

    found, unread = in_halves(some, list(running), SECONDS)
    broken = {each["filename"].rpartition("/")[2] for each in found if each["code"] not in CODES}
    paths = sorted(running[name].path for name in {*unread, *broken})
    why = f"{shown(paths[0])} is not Python that can be parsed" if paths else ""
    return Looked(version, tuple(_findings(found, running)), why)


def _findings(found: list[dict[str, Any]], running: dict[str, Copy]) -> list[ScanFinding]:
    visitors: dict[str, Reached] = {}
    findings = []
    for each in sorted(found, key=lambda each: (each["filename"], each["location"]["row"])):
        name, code, line = each["filename"].rpartition("/")[2], each["code"], each["location"]["row"]
        copy = running[name]
        # Ruff's word for a command that is written there in full.
        if code not in CODES or "seems safe" in each["message"]:
            continue
        if name not in visitors:
            visitors[name] = reached(copy.text)
        at = visitors[name]
        sure = line in (at.texts if code == "S608" else at.calls) and code not in POSSIBLE
        if code in WITH_VISITORS and not sure:
            continue
        words = (RISKY | POSSIBLE | WITH_VISITORS)[code]
        findings.append(
            ScanFinding(
                part=PartName.CODE,
                id=code,
                message=f"{words}; a visitor's words reach it." if sure and code in RISKY else f"{words}.",
                path=copy.path,
                line=line,
                blocks=sure,
                key=key_of(code, copy.line(line)),
                link=each.get("url") or PAGE,
            )
        )
    return findings
