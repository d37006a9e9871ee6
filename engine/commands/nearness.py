"""How near a mistyped word is to the words that are known."""

from collections.abc import Sequence

#: Longer words are nobody's typing mistake.
LONGEST = 40
#: Words of so many letters forgive no mistake: `/end` isn't `/env`.
TINY = 3
#: Words of so many letters forgive one mistake, longer ones two: `/panel` isn't `/cancel`, nor `/try` `/retry`.
SHORT = 6


def nearest(word: str, known: Sequence[str]) -> str:
    """The known word that `word` was probably meant to be; empty when none is near enough."""
    if len(word) > LONGEST:
        return ""
    distances = [(distance(word, each), each) for each in known]
    best, name = min(distances, default=(LONGEST, ""))
    forgiven = 0 if len(name) <= TINY else 1 if len(name) <= SHORT else 2
    return name if best <= forgiven else ""


def distance(left: str, right: str) -> int:
    """Letters to change, add, leave out or swap with their neighbour (Damerau and Levenshtein, restricted)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        two_before, before = before, row
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
    return row[-1]
