"""Words in a title or a commit message that ask for no preview."""

#: Ours, and those by which people have always asked programs to leave a commit alone; in any case.
MARKS = ("[skip preview]", "[preview skip]", "[skip ci]", "[ci skip]", "[no ci]")


def asks_to_skip(text: str) -> bool:
    """True when one of the marks stands anywhere in the text."""
    small = text.lower()
    return any(mark in small for mark in MARKS)
