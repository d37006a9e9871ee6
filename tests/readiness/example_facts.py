"""The facts of an example: its files, what is detected in them, and what else it says."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.detect.detection import detect
from engine.detect.outcome import NotDetected
from engine.detect.tree import MemoryTree
from engine.readiness.facts import Facts
from engine.readiness.looking import project_of
from engine.readiness.rule import Example, Hit, Rule, Verdict


def facts_of(files: Mapping[str, str], **others: Any) -> Facts:
    """The facts of these files; `others` are fields of Facts."""
    tree = MemoryTree({path: text.encode() for path, text in files.items()})
    project = project_of(tree)
    found = detect(tree, project)
    if isinstance(found, NotDetected):
        return replace(Facts(tree=tree, project=project, undetected=found.cause), **others)
    return replace(Facts(tree=tree, project=project, plan=found), **others)


def facts_of_example(example: Example) -> Facts:
    """What a rule's example is about."""
    return facts_of(example.files, **example.facts)


def verdict(rule: Rule, files: Mapping[str, str]) -> Verdict:
    """What a rule says of these files."""
    return rule.check(facts_of(files))


def hits(rule: Rule, files: Mapping[str, str]) -> tuple[Hit, ...]:
    """Where a rule is broken by these files; none when it is kept or doesn't apply."""
    return getattr(verdict(rule, files), "hits", ())
