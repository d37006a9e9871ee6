"""Windows: which words mean one, when it is open by its own wall clocks, and when it opens next."""

from datetime import UTC, datetime

import pytest

from engine.project.window import Window, opening_of, window_of

WORK = "mon-fri 09:00-17:00 Europe/Berlin"


def at(text: str) -> float:
    """Unix seconds of a time in UTC."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("mon-fri 09:00-17:00 Europe/Berlin", Window(frozenset(range(5)), 540, 1020, "Europe/Berlin")),
        ("SAT,sun 00:00-24:00", Window(frozenset({5, 6}), 0, 1440, "UTC")),
        ("fri-mon 22:00-02:00 UTC", Window(frozenset({4, 5, 6, 0}), 1320, 120, "UTC")),
        ("daily 06:30-07:15 America/Argentina/Buenos_Aires", Window(frozenset(range(7)), 390, 435,
                                                                   "America/Argentina/Buenos_Aires")),
        ("tue,thu-fri 10:00-11:00", Window(frozenset({1, 3, 4}), 600, 660, "UTC")),
    ],
)  # fmt: skip
def test_words_that_mean_a_window(text: str, window: Window) -> None:
    assert window_of(text) == window


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no window"),
        ("mon-fri", "no window"),
        ("mon-fri 09:00", "no window"),
        ("mon-fri 09:00-17:00-18:00", "no window"),
        ("mon-fri 09:00-17:00 Europe/Berlin now", "no window"),
        ("mon-fri 9:00-17:00", "no time of day"),
        ("mon-fri 09:00-25:00", "no time of day"),
        ("mon-fri 09:00-09:00", "no hours"),
        ("mon-fri 24:00-09:00", "no hours"),
        ("monday 09:00-17:00", "none of mon, tue"),
        ("mon-funday 09:00-17:00", "none of mon, tue"),
        ("mon, 09:00-17:00", "none of mon, tue"),
        ("mon-fri 09:00-17:00 Europe/Atlantis", "no time zone"),
        ("mon-fri 09:00-17:00 ../../etc/passwd", "no time zone"),
        ("mon-fri 09:00-17:00 Europe", "no time zone"),
    ],
)
def test_words_that_mean_none_are_told_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        window_of(text)


@pytest.mark.parametrize(
    ("text", "moment", "is_open"),
    [
        (WORK, "2026-11-18 07:59", False),
        (WORK, "2026-11-18 08:00", True),
        (WORK, "2026-11-18 15:59", True),
        (WORK, "2026-11-18 16:00", False),
        (WORK, "2026-07-15 07:00", True),
        (WORK, "2026-07-15 15:00", False),
        (WORK, "2026-11-21 10:00", False),
        ("fri 22:00-02:00", "2026-11-20 23:00", True),
        ("fri 22:00-02:00", "2026-11-21 01:59", True),
        ("fri 22:00-02:00", "2026-11-21 02:00", False),
        ("fri 22:00-02:00", "2026-11-20 01:00", False),
        ("daily 00:00-24:00", "2026-11-21 23:59", True),
        ("mon 00:00-02:00 Pacific/Auckland", "2026-11-22 11:30", True),
    ],
)
def test_it_is_open_by_its_own_wall_clocks(text: str, moment: str, is_open: bool) -> None:
    assert window_of(text).is_open(at(moment)) is is_open


@pytest.mark.parametrize(
    ("windows", "moment", "opens"),
    [
        ((), "2026-11-21 10:00", None),
        ((WORK,), "2026-11-18 10:00", None),
        ((WORK,), "2026-11-20 17:00", "2026-11-23 08:00"),
        ((WORK,), "2026-11-18 07:00", "2026-11-18 08:00"),
        ((WORK,), "2026-03-27 18:00", "2026-03-30 07:00"),
        ((WORK,), "2026-10-23 18:00", "2026-10-26 08:00"),
        ((WORK, "sat 12:00-13:00"), "2026-11-20 17:00", "2026-11-21 12:00"),
        (("wed 09:00-10:00",), "2026-11-18 10:00", "2026-11-25 09:00"),
    ],
)
def test_when_none_is_open_the_next_opening_is_told(windows: tuple[str, ...], moment: str, opens: str | None) -> None:
    assert opening_of(windows, at(moment)) == (None if opens is None else at(opens))
