"""What changed against the base: which findings are new, which were there before, which are mended. Pure."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.readiness.finding import Finding
from engine.readiness.inspected import Inspected

#: From what it is surest that two findings are one and the same to what is just enough.
LIKENESS: tuple[Callable[[Finding], tuple[object, ...]], ...] = (
    lambda each: (each.rule, each.key, each.message, each.line),
    lambda each: (each.rule, each.key, each.message),
    lambda each: (each.rule, each.key),
)


@dataclass(frozen=True)
class Trend:
    """A commit beside its base. What only one of the two could be asked about is in none of these."""

    base_sha: str
    added: tuple[Finding, ...]
    mended: tuple[Finding, ...]
    #: How many were there before and still are.
    same: int


def there_before(findings: Sequence[Finding], base: Sequence[Finding]) -> tuple[bool, ...]:
    """For each finding, whether the base has it too. One of the base's stands for one: a second of its kind is new."""
    known = [False] * len(findings)
    left = list(base)
    for like in LIKENESS:
        pool = Counter(map(like, left))
        taken: Counter[tuple[object, ...]] = Counter()
        for at, each in enumerate(findings):
            name = like(each)
            if not known[at] and taken[name] < pool[name]:
                known[at] = True
                taken[name] += 1
        left = _without(left, like, taken)
    return tuple(known)


def trend_of(inspected: Inspected, base: Inspected) -> Trend:
    """What changed. A rule that wasn't looked at on one side says nothing there: it added and mended nothing."""
    silent_here, silent_there = ({each.rule for each in side.unseen} for side in (inspected, base))
    known = there_before(inspected.findings, base.findings)
    gone = there_before(base.findings, inspected.findings)
    pairs = list(zip(inspected.findings, known, strict=True))
    return Trend(
        base_sha=base.sha,
        added=tuple(each for each, before in pairs if not before and each.rule not in silent_there),
        mended=tuple(
            each for each, still in zip(base.findings, gone, strict=True) if not still and each.rule not in silent_here
        ),
        same=sum(known),
    )


def _without(
    left: Sequence[Finding], like: Callable[[Finding], tuple[object, ...]], taken: Counter[tuple[object, ...]]
) -> list[Finding]:
    kept = []
    for each in left:
        if taken[like(each)]:
            taken[like(each)] -= 1
        else:
            kept.append(each)
    return kept
