"""What becomes of each of GitHub's own examples of webhooks, as `docs/webhooks.md` tells it.

    python -m tests.published.webhook_table

writes that page anew; a test holds the two together.
"""

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.published.packages import ROOT, pins, published
from tests.published.postroom import Verdict, postroom

PAGE = ROOT / "docs" / "webhooks.md"
STATES = ("handled", "ignored", "rejected")
PACKAGE = "@octokit/webhooks-examples"
INTRODUCTION = """# Webhooks

What Slipway does with each kind of webhook. Found out by sending it every example that GitHub publishes
(`{package}` {version}: {examples} payloads of {events} events), signed, as a GitHub App gets them. Each is answered
202, and each one's job ends.

*Handled*: Slipway noted it or did something. *Ignored*: it asks nothing of Slipway. *Rejected*: it can't be read.
`python -m tests.published.webhook_table` writes this page; a test holds it to be true.

| Event | Handled | Ignored | Rejected | Why |
|---|---|---|---|---|
"""


def through_the_app(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload as a GitHub App gets it: some of the examples are from webhooks of a repository's own."""
    return payload if "installation" in payload else payload | {"installation": {"id": 1, "node_id": "MDIz"}}


def page(verdicts: Iterable[tuple[str, Verdict]]) -> str:
    """`docs/webhooks.md`, from what became of each example."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    notes: defaultdict[str, set[str]] = defaultdict(set)
    for event, verdict in verdicts:
        counts[event][verdict.state] += 1
        if verdict.state != "handled":
            notes[event].add(verdict.note)
    rows = [_row(event, counts[event], sorted(notes[event])) for event in sorted(counts)]
    total = sum((counts[event] for event in counts), Counter[str]())
    rows.append(f"| **all** | {' | '.join(f'**{total[state]}**' for state in STATES)} | |")
    head = INTRODUCTION.format(
        package=PACKAGE, version=pins()[PACKAGE].version, examples=total.total(), events=len(counts)
    )
    return head + "\n".join(rows) + "\n"


def _row(event: str, count: Counter[str], notes: list[str]) -> str:
    why = "; ".join(note.replace("|", "\\|").replace("\n", " ") for note in notes)
    return f"| `{event}` | {' | '.join(str(count[state] or '') for state in STATES)} | {why} |"


def main() -> None:
    """Writes the page."""
    with tempfile.TemporaryDirectory() as folder, postroom(Path(folder)) as room:
        examples = [(group["name"], payload) for group in published(PACKAGE) for payload in group["examples"]]
        verdicts = [(event, room.take_in(event, through_the_app(payload))) for event, payload in examples]
    PAGE.write_text(page(verdicts))


if __name__ == "__main__":
    main()
