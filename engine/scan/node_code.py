"""Risky JavaScript and TypeScript, by ast-grep.

Why ast-grep: one program from a wheel that needs no Node, no network and none of the tree's own packages, and that
reads the shape of a call. ESLint's own rules (oxlint has them as a wheel too) know `eval` and hardly more; those of
njsscan need semgrep, which takes seconds to begin. Its patterns are in `node_rules.yml`.
"""

import re
from collections.abc import Sequence
from importlib import resources
from typing import Any

from engine.scan.copies import SCRIPT, TYPED, Copies, Copy
from engine.scan.files import shown
from engine.scan.halves import in_halves
from engine.scan.keys import key_of
from engine.scan.node_visitor import Visitors, visitors_of
from engine.scan.programs import Programs, installed, told
from engine.scan.python_code import Looked
from engine.scan.result import PartName, ScanFinding

#: For a look, and for its version.
SECONDS, VERSION = 20.0, 5.0
#: Ast-grep's grammars; the copies' endings choose among them. Tsx's reads JavaScript.
LANGUAGES = ("Tsx", "TypeScript")
PAGES = {
    "node-eval": "https://cheatsheetseries.owasp.org/cheatsheets/Nodejs_Security_Cheat_Sheet.html",
    "node-command": "https://cheatsheetseries.owasp.org/cheatsheets/OS_Command_Injection_Defense_Cheat_Sheet.html",
    "node-sql": "https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html",
    "node-file": "https://owasp.org/www-community/attacks/Path_Traversal",
    "node-unserialize": "https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html",
    "node-certificates": "https://nodejs.org/api/tls.html#tlsconnectoptions-callback",
}
SQL = re.compile(r"\b(?:select|insert\s+into|update|delete\s+from)\b", re.IGNORECASE)
LITERAL = re.compile(r"""\s*(?:"[^"]*"|'[^']*'|`[^`$]*`)\s*""")
PUT_TOGETHER = re.compile(r"\$\{|[\"'`]\s*\+|\+\s*[\"'`]")


def look(programs: Programs, copies: Copies) -> Looked | None:
    """Risky lines of the application's JavaScript; None: there is none. Raises CannotSay."""
    running = {each.name: each for each in copies.running((*SCRIPT, *TYPED))}
    if not running:
        return None
    tool = installed("ast-grep")
    version = programs.run((tool, "--version"), copies.folder, seconds=VERSION).stdout.decode(errors="replace").strip()
    rules = resources.files("engine.scan").joinpath("node_rules.yml").read_text()
    text = "\n---\n".join(
        re.sub(r"(?m)^id: (.*)$", rf"id: \1.{each}", rules).replace("LANGUAGE", each) for each in LANGUAGES
    )
    argv = (tool, "scan", "--inline-rules", text, "--include-metadata", "--json=compact", "--no-ignore", "hidden")

    def some(names: Sequence[str], seconds: float) -> list[dict[str, Any]]:
        said = programs.run((*argv, *names), copies.folder, seconds=seconds, good=(0, 1))
        return told(said.stdout, "ast-grep")

    found, unread = in_halves(some, list(running), SECONDS)
    paths = sorted(running[name].path for name in unread)
    why = f"{shown(paths[0])} can't be looked at by ast-grep" if paths else ""
    return Looked(version, tuple(_findings(found, running)), why)


def _findings(found: list[dict[str, Any]], running: dict[str, Copy]) -> list[ScanFinding]:
    visitors: dict[str, Visitors] = {}
    findings = []
    for each in sorted(found, key=_place):
        copy = running.get(each["file"].rpartition("/")[2])
        if copy is None:
            continue
        asked, line, rule = each["metadata"], each["range"]["start"]["line"] + 1, each["ruleId"].partition(".")[0]
        given = each.get("metaVariables", {}).get("single", {}).get("ARG", {}).get("text", "")
        if copy.name not in visitors:
            visitors[copy.name] = visitors_of(copy.text)
        given = visitors[copy.name].written_out(given) if asked.get("text") else given
        sure = bool(asked["sure"]) and visitors[copy.name].reach(given)
        if not _counts(asked, given, copy.text, sure=sure) or (copy.is_bundled and not sure):
            continue
        words = each["message"]
        message = f"{words}; a visitor's words reach it." if sure and asked["alone"] else f"{words}."
        findings.append(
            ScanFinding(
                part=PartName.CODE,
                id=rule,
                message=message,
                path=copy.path,
                line=line,
                blocks=sure,
                key=key_of(rule, copy.line(line)),
                link=PAGES[rule],
            )
        )
    return findings


def _counts(asked: dict[str, Any], given: str, text: str, *, sure: bool) -> bool:
    """False where it is as often wrong as right."""
    if asked.get("needs", "") not in text or LITERAL.fullmatch(given):
        return False
    if asked.get("text") and not (SQL.search(given) and PUT_TOGETHER.search(given)):
        return False
    return sure or (bool(asked["alone"]) and (asked.get("needs") is None or bool(PUT_TOGETHER.search(given))))


def _place(found: dict[str, Any]) -> tuple[str, int, int, str]:
    """Threads of ast-grep tell in whatever order."""
    start = found["range"]["start"]
    return found["file"], start["line"], start["column"], found["ruleId"]
