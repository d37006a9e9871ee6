"""Vulnerable dependencies: what the lock files pin, asked of OSV."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from engine.scan.files import Files
from engine.scan.locks.pin import Pin
from engine.scan.locks.table import known
from engine.scan.osv import Away, Found, Osv
from engine.scan.osv_answers import Gravity, Named, Vulnerability
from engine.scan.result import PartName, PartState, ScanFinding, ScanPart

#: Sentences of what is open that are told, and findings.
TOLD, MOST = 3, 300


@dataclass(frozen=True)
class Group:
    """One vulnerability under all its names."""

    id: str
    gravity: Gravity
    summary: str
    fixed: tuple[str, ...]


def look(osv: Osv, tree: Files) -> tuple[ScanPart, tuple[ScanFinding, ...]]:
    """The part and what it found."""
    packages = known(tree)
    left = [*packages.open[:TOLD], *([f"{len(packages.open) - TOLD} more"] if len(packages.open) > TOLD else [])]
    if not packages.pins:
        state = PartState.INCONCLUSIVE if left else PartState.NOTHING
        return ScanPart(PartName.DEPENDENCIES, state, why="; ".join(left)), ()
    try:
        found = osv.vulnerabilities(packages.pins)
    except Away as error:
        left = [str(error), *left]
        return ScanPart(PartName.DEPENDENCIES, PartState.INCONCLUSIVE, "OSV", "; ".join(left)), ()
    findings = sorted(_findings(tree, packages.pins, found), key=lambda each: (not each.blocks, each.path, each.key))
    left += [found.why] if found.why else []
    left += [f"more than {MOST} were found"] if len(findings) > MOST else []
    state = PartState.FOUND if findings else PartState.INCONCLUSIVE if left else PartState.CLEAN
    return ScanPart(PartName.DEPENDENCIES, state, "OSV", "; ".join(left)), tuple(findings[:MOST])


def _findings(tree: Files, pins: tuple[Pin, ...], found: Found) -> Iterable[ScanFinding]:
    def path_of(place: int) -> str:
        return pins[place].path

    # Each file is read once: asking a mirror for one can cost a process.
    for path, places in groupby(sorted(found.by_pin, key=path_of), key=path_of):
        text = (tree.read(path) or b"").decode("utf-8-sig", errors="replace")
        for place in places:
            line = _line(text, pins[place])
            groups = grouped(found.by_pin[place], found.records, pins[place])
            yield from (_finding(pins[place], line, group) for group in groups)


def _finding(pin: Pin, line: int, group: Group) -> ScanFinding:
    grave = group.gravity.name.lower() if group.gravity else "nobody says how grave"
    mended = first_after(group.fixed, pin.version)
    return ScanFinding(
        part=PartName.DEPENDENCIES,
        id=group.id,
        message=f"{pin.name} {pin.version} has {group.id} ({grave}): {group.summary or 'no summary'}"
        + (f". Mended in {mended}." if mended else "."),
        path=pin.path,
        line=line,
        blocks=group.gravity >= Gravity.HIGH,
        key=f"{group.id}|{pin.ecosystem}/{pin.name}",
        link=f"https://osv.dev/vulnerability/{group.id}",
    )


def grouped(named: Iterable[Named], records: dict[str, Vulnerability], pin: Pin) -> list[Group]:
    """Each vulnerability once, though OSV knows it under several names; withdrawn ones left out."""
    groups: list[list[str]] = []
    for each in sorted({one.id for one in named}):
        names = {each, *_aliases(records, each)}
        same = [group for group in groups if any(names & {one, *_aliases(records, one)} for one in group)]
        groups = [group for group in groups if group not in same] + [[*(one for group in same for one in group), each]]
    return [group for ids in groups if (group := _group(ids, records, pin)) is not None]


def _aliases(records: dict[str, Vulnerability], name: str) -> tuple[str, ...]:
    return records[name].aliases if name in records else ()


def _group(ids: list[str], records: dict[str, Vulnerability], pin: Pin) -> Group | None:
    told = [records[each] for each in ids if each in records and not records[each].withdrawn]
    unknown = [each for each in ids if each not in records]
    if not told and not unknown:
        return None
    names = [each.id for each in told] + unknown
    place = f"{pin.ecosystem}/{pin.name}".lower()
    return Group(
        id=min(names, key=lambda each: (not each.startswith("GHSA-"), each)),
        gravity=max((each.gravity for each in told), default=Gravity.UNKNOWN),
        summary=next((each.summary for each in told if each.summary), ""),
        fixed=tuple(version for each in told for version in each.fixed.get(place, ())),
    )


def first_after(versions: Iterable[str], now: str) -> str:
    """The lowest of them that is higher than `now`; empty: none is."""
    later = [each for each in versions if _order(each) > _order(now)]
    return min(later, key=_order, default="")


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(each[:9]) for each in re.findall(r"\d+", version.partition("+")[0]))[:6]


def _line(text: str, pin: Pin) -> int:
    place = text.find(pin.mark) if pin.mark else -1
    return text.count("\n", 0, place) + 1 if place >= 0 else 0
