"""What a value must be like, said in Slack's words: the parts of which shapes are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

PLAIN = ("plain_text",)
BOTH = ("plain_text", "mrkdwn")


@dataclass
class Problems:
    """Everything found wrong so far."""

    found: list[str] = field(default_factory=list)

    def add(self, what: str, pointer: str) -> None:
        self.found.append(f"{what} [json-pointer:{pointer}]")


#: Looks at a value at a place and adds what is wrong with it.
Check = Callable[[Any, str, Problems], None]


@dataclass(frozen=True)
class Part:
    """One property of a shape."""

    check: Check
    required: bool = False


Shape = Mapping[str, Part]


def need(check: Check) -> Part:
    return Part(check, required=True)


def may(check: Check) -> Part:
    return Part(check)


def string(most: int, least: int = 1) -> Check:
    """A text of so many characters."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.add("must be a string", pointer)
        elif len(value) > most:
            problems.add(f"must be less than {most + 1} characters", pointer)
        elif len(value) < least:
            problems.add(f"must be more than {least - 1} characters", pointer)

    return check


def one_of(*words: str) -> Check:
    def check(value: Any, pointer: str, problems: Problems) -> None:
        if value not in words:
            problems.add(f"must be one of {', '.join(words)}", pointer)

    return check


def flag(value: Any, pointer: str, problems: Problems) -> None:
    if not isinstance(value, bool):
        problems.add("must be a boolean", pointer)


def whole(least: int, most: int) -> Check:
    def check(value: Any, pointer: str, problems: Problems) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            problems.add(f"must be a number from {least} to {most}", pointer)

    return check


def address(value: Any, pointer: str, problems: Problems) -> None:
    string(3000)(value, pointer, problems)
    if isinstance(value, str) and not value.startswith(("http://", "https://", "slack://")):
        problems.add("must be a valid URL", pointer)


def items(check_each: Check, most: int, least: int = 1) -> Check:
    """A list of so many."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.add("must be an array", pointer)
            return
        if len(value) > most:
            problems.add(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            problems.add(f"must have at least {least} items", pointer)
        for number, one in enumerate(value):
            check_each(one, f"{pointer}/{number}", problems)

    return check


def shaped(shape: Shape) -> Check:
    """An object with these properties and no others."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.add("must be an object", pointer)
            return
        for name in value.keys() - shape.keys():
            problems.add(f"invalid additional property: {name}", pointer)
        for name, part in shape.items():
            if name in value:
                part.check(value[name], f"{pointer}/{name}", problems)
            elif part.required:
                problems.add(f"missing required field: {name}", pointer)

    return check


def typed(shapes: Mapping[str, Check]) -> Check:
    """An object whose `type` says which check is its own."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict) or "type" not in value:
            problems.add("missing required field: type", pointer)
        elif not isinstance(value["type"], str) or value["type"] not in shapes:
            problems.add(f"unsupported type: {value['type']}", f"{pointer}/type")
        else:
            shapes[value["type"]](value, pointer, problems)

    return check


def text(most: int, kinds: tuple[str, ...] = PLAIN) -> Check:
    """A text object."""
    shapes = {
        "plain_text": shaped({"type": need(string(10)), "text": need(string(most)), "emoji": may(flag)}),
        "mrkdwn": shaped({"type": need(string(6)), "text": need(string(most)), "verbatim": may(flag)}),
    }
    return typed({kind: shapes[kind] for kind in kinds})


def both(*checks: Check) -> Check:
    """Several checks of one value."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        for each in checks:
            each(value, pointer, problems)

    return check
