"""The documentation page of each rule, made from the rule itself: `make rule-pages` writes them to docs/rules/."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from engine.readiness.finding import Severity
from engine.readiness.fixes.table import BY_NAME
from engine.readiness.rule import Example, Rule
from engine.readiness.rules.table import BUILT, CONFIGURED, SCANNED, TRIED

FOLDER = Path("docs/rules")
INDEX = "README.md"
GROUPS: tuple[tuple[str, str, tuple[Rule, ...]], ...] = (
    ("How it is built and run", "read from the files", BUILT),
    ("How it is configured", "read from the files", CONFIGURED),
    ("What its build and a trial showed", "asked of the last build, and of the preview of this very commit", TRIED),
    ("What the scan found", "secrets, risky code, vulnerable dependencies", SCANNED),
)
WEIGHTS = {
    Severity.BLOCKING: ("🔴", "blocks", "turns the light red"),
    Severity.WARNING: ("🟡", "warns", "turns the light yellow"),
    Severity.NOTE: ("⚪", "is noted", "doesn't colour the light"),
}
LANGUAGES = {
    ".py": "python", ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".ts": "typescript",
    ".json": "json", ".yml": "yaml", ".yaml": "yaml", ".toml": "toml", ".html": "html", ".md": "markdown",
}  # fmt: skip
#: How the facts beside an example's files are called.
FACTS = {"build": "The last build", "trial": "The trial", "scan": "The scan"}
#: Lines of an example's file that are shown.
SHOWN = 40


def pages() -> dict[str, str]:
    """File name → Markdown, for every rule and the index."""
    every = [rule for _, _, rules in GROUPS for rule in rules]
    return {INDEX: _index()} | {f"{rule.id}.md": page(rule) for rule in every}


def page(rule: Rule) -> str:
    """One rule's page."""
    return "\n".join(_lines(rule)).rstrip() + "\n"


def _lines(rule: Rule) -> Iterator[str]:
    sign, weight, light = WEIGHTS[rule.severity]
    yield from (f"# {rule.title}", "", f"`{rule.id}` · {sign} {weight} ({light})", "", rule.why, "")
    yield from ("## What to do", "", rule.fix, "")
    if rule.button:
        yield from (f"A button does it: `/fix {rule.button}` ({BY_NAME[rule.button].title}).", "")
    if rule.details:
        yield from ("## What is looked at", "", rule.details, "")
    yield from ("## Broken", "", *_example(rule.bad), "## Kept", "", *_example(rule.good))
    yield from ("## Waiving it", "", "In `slipway.yml` on the default branch ([how](../readiness.md#waivers)):", "")
    yield from ("```yaml", "readiness:", "  waivers:", f"    - rule: {rule.id}", "      owner: ada")
    yield from ("      until: 2027-01-31", "      reason: why this may stay so until then", "```", "")
    yield from (f"Source: <{rule.link}>", "", f"[Every rule]({INDEX})")


def _example(example: Example) -> Iterator[str]:
    if not example.files and not example.facts:
        yield from ("An empty repository.", "")
    for path, text in example.files.items():
        yield from (f"`{path}`", "", *_fenced(path, text), "")
    for name, fact in example.facts.items():
        yield from (f"{FACTS[name]}:", "", "```", *_plain(fact, ""), "```", "")


def _fenced(path: str, text: str) -> Iterator[str]:
    lines = text.splitlines() or ["(empty)"]
    fence = "````" if "```" in text else "```"
    yield fence + LANGUAGES.get(Path(path).suffix, "")
    yield from (_short(line) for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield f"… and {len(lines) - SHOWN} more lines"
    yield fence


def _short(line: str) -> str:
    return line.rstrip() if len(line) <= 200 else f"{line[:200]} …"


def _plain(fact: Any, indent: str) -> Iterator[str]:
    """The fields of a fact that say something, one a line."""
    for each in fields(fact):
        value = getattr(fact, each.name)
        match value:
            case () | each.default:
                pass
            case tuple() if is_dataclass(value[0]):
                yield f"{indent}{each.name}:"
                for part in value:
                    lines = list(_plain(part, f"{indent}    "))
                    yield from (f"{indent}  - {lines[0].strip()}", *lines[1:])
            case tuple():
                yield f"{indent}{each.name}: {' '.join(map(str, value))}"
            case _ if is_dataclass(value):
                yield from (f"{indent}{each.name}:", *_plain(value, f"{indent}  "))
            case _:
                yield f"{indent}{each.name}: {value}"


def _index() -> str:
    said = "What [a readiness report](../readiness.md) looks at. Each page is made from its rule (`make rule-pages`)."
    lines = ["# Rules", "", said, ""]
    for title, how, rules in GROUPS:
        lines += [f"## {title}", "", f"{how[0].upper()}{how[1:]}.", ""]
        lines += ["| | rule | what should be so | button |", "|---|---|---|---|"]
        lines += [_row(rule) for rule in rules]
        lines += [""]
    lines += [f"{sign} {weight}: {light}." for sign, weight, light in WEIGHTS.values()]
    return "\n".join(lines).rstrip() + "\n"


def _row(rule: Rule) -> str:
    button = f"`{rule.button}`" if rule.button else ""
    return f"| {WEIGHTS[rule.severity][0]} | [`{rule.id}`]({rule.id}.md) | {rule.title.replace('|', '¦')} | {button} |"


def write(folder: Path) -> Sequence[str]:
    """Writes every page and deletes those of rules that are gone; the names that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    gone = [path for path in folder.glob("*.md") if path.name not in wanted]
    for path in gone:
        path.unlink()
    changed = []
    for name, text in wanted.items():
        path = folder / name
        if not path.is_file() or path.read_text() != text:
            path.write_text(text)
            changed.append(name)
    return [*(path.name for path in gone), *changed]


if __name__ == "__main__":
    for name in write(FOLDER):
        sys.stdout.write(f"{FOLDER / name}\n")
