"""OSV's answers as values (https://google.github.io/osv.dev/api/, https://ossf.github.io/osv-schema/)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from engine.scan.cvss import base_score

#: Characters that an id may have; it becomes part of an address.
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{2,63}")
SUMMARY = 160


class NotUnderstood(Exception):
    """The answer isn't what OSV's documentation says."""


class Gravity(IntEnum):
    """How grave a vulnerability is."""

    UNKNOWN = 0
    LOW = 1
    MODERATE = 2
    HIGH = 3
    CRITICAL = 4


@dataclass(frozen=True)
class Named:
    """A vulnerability that a package version has, in the batch's answer."""

    id: str
    #: When OSV last changed what it says of it.
    modified: str


@dataclass(frozen=True)
class Page:
    """The answer for one package; `more` asks for the rest."""

    named: tuple[Named, ...]
    more: str


@dataclass(frozen=True)
class Vulnerability:
    """What OSV says of one."""

    id: str
    modified: str
    aliases: tuple[str, ...]
    summary: str
    gravity: Gravity
    withdrawn: bool
    #: `ecosystem/name` → versions that mend it.
    fixed: Mapping[str, tuple[str, ...]]


def pages_of(answer: object, asked: int) -> tuple[Page, ...]:
    """One page for each package asked about, in that order. Raises NotUnderstood."""
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list) or len(results) != asked:
        raise NotUnderstood("there is not one result for each package")
    return tuple(_page(each) for each in results)


def _page(result: object) -> Page:
    if result is None:
        return Page((), "")
    if not isinstance(result, dict):
        raise NotUnderstood("a result is no object")
    vulns, more = result.get("vulns") or [], result.get("next_page_token") or ""
    if not isinstance(vulns, list) or not isinstance(more, str):
        raise NotUnderstood("a result has no list of vulnerabilities")
    return Page(tuple(_named(each) for each in vulns), more)


def _named(vuln: object) -> Named:
    found = vuln.get("id") if isinstance(vuln, dict) else None
    if not isinstance(vuln, dict) or not isinstance(found, str) or not ID.fullmatch(found):
        raise NotUnderstood("a vulnerability has no id")
    return Named(found, str(vuln.get("modified", "")))


def vulnerability_of(answer: object, named: Named) -> Vulnerability:
    """The record of one. Raises NotUnderstood."""
    if not isinstance(answer, dict) or answer.get("id") != named.id:
        raise NotUnderstood(f"it is not about {named.id}")
    aliases, summary = answer.get("aliases"), answer.get("summary")
    text = summary if isinstance(summary, str) and summary else str(answer.get("details", ""))
    return Vulnerability(
        id=named.id,
        modified=named.modified,
        aliases=tuple(each for each in aliases if isinstance(each, str)) if isinstance(aliases, list) else (),
        summary=" ".join(text.split())[:SUMMARY],
        gravity=_gravity(answer),
        withdrawn=bool(answer.get("withdrawn")),
        fixed=_fixed(answer),
    )


def _gravity(record: dict[str, Any]) -> Gravity:
    """By GitHub's word, else by CVSS 3; a malicious package is as grave as can be."""
    if str(record["id"]).startswith("MAL-"):
        return Gravity.CRITICAL
    own = record.get("database_specific")
    word = own.get("severity") if isinstance(own, dict) else None
    named = {"MEDIUM": "MODERATE"}.get(str(word).upper(), str(word).upper())
    if named in Gravity.__members__:
        return Gravity[named]
    scores = record.get("severity")
    vectors = [each.get("score") for each in scores if isinstance(each, dict)] if isinstance(scores, list) else []
    return max((_of_score(base_score(each)) for each in vectors if isinstance(each, str)), default=Gravity.UNKNOWN)


def _of_score(score: float | None) -> Gravity:
    """CVSS's own scale of words (section 5 of its specification)."""
    if score is None:
        return Gravity.UNKNOWN
    return Gravity(1 + sum(score >= limit for limit in (4.0, 7.0, 9.0)))


def _fixed(record: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    fixed: dict[str, tuple[str, ...]] = {}
    for each in _dicts(record.get("affected")):
        package = each.get("package")
        if not isinstance(package, dict):
            continue
        versions = tuple(
            str(event["fixed"])
            for span in _dicts(each.get("ranges"))
            if span.get("type") != "GIT"
            for event in _dicts(span.get("events"))
            if "fixed" in event
        )
        name = f"{package.get('ecosystem')}/{package.get('name')}".lower()
        fixed[name] = fixed.get(name, ()) + versions
    return fixed


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
