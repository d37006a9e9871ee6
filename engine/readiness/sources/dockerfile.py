"""A Dockerfile's instructions."""

import json
import re
from dataclasses import dataclass

#: Upper-case word and the rest of an instruction.
INSTRUCTION = re.compile(r"^\s*(?P<name>[A-Za-z]+)\s+(?P<value>.*)$", re.DOTALL)
HEREDOC = re.compile(r"<<-?[\"']?(?P<end>\w+)[\"']?")
FROM = re.compile(r"^(?:--\S+\s+)*(?P<image>\S+)(?:\s+[Aa][Ss]\s+(?P<stage>\S+))?")


@dataclass(frozen=True)
class Instruction:
    """One instruction; lines that a backslash continues are one."""

    #: Upper case.
    name: str
    value: str
    #: From 1, where it begins.
    line: int
    #: The number of the stage, from 1; 0: before the first FROM.
    stage: int

    @property
    def words(self) -> tuple[str, ...]:
        """The list of the exec form; empty for the shell form."""
        if not self.value.lstrip().startswith("["):
            return ()
        try:
            words = json.loads(self.value)
        except ValueError:
            return ()
        return tuple(words) if all(isinstance(word, str) for word in words) else ()

    @property
    def image(self) -> str:
        """The image that a FROM names, as it is written."""
        found = FROM.match(self.value)
        return found["image"] if found else ""

    @property
    def named(self) -> str:
        """The name that a FROM gives to its stage, lower case."""
        found = FROM.match(self.value)
        return (found["stage"] or "").lower() if found else ""


def instructions(text: str) -> tuple[Instruction, ...]:
    """Every instruction in order; comments and the bodies of here-documents are left out."""
    found: list[Instruction] = []
    held, start, stage, end = "", 0, 0, ""
    for number, raw in enumerate(text.splitlines(), start=1):
        if end:
            end = "" if raw.strip() == end else end
            continue
        if not raw.strip() or raw.lstrip().startswith("#"):
            continue
        start = start or number
        line = raw.rstrip()
        held += line.removesuffix("\\") + " " if line.endswith("\\") else line
        if line.endswith("\\"):
            continue
        parts = INSTRUCTION.match(held)
        if parts:
            name = parts["name"].upper()
            stage += name == "FROM"
            found.append(Instruction(name, parts["value"].strip(), start, stage))
            heredoc = HEREDOC.search(parts["value"]) if name in ("RUN", "COPY", "ADD") else None
            end = heredoc["end"] if heredoc else ""
        held, start = "", 0
    return tuple(found)


def last_stage(all_of: tuple[Instruction, ...]) -> tuple[Instruction, ...]:
    """What makes the image that is run: its own stage, behind the stages that it is built on."""
    stages: dict[int, list[Instruction]] = {}
    for each in all_of:
        stages.setdefault(each.stage, []).append(each)
    names = {each.named: each.stage for each in all_of if each.name == "FROM" and each.named}
    chain: list[Instruction] = []
    number = max(stages, default=0)
    while number:
        chain = stages[number] + chain
        base = names.get(stages[number][0].image.lower(), 0)
        number = base if base < number else 0
    return tuple(chain)


def command(all_of: tuple[Instruction, ...]) -> tuple[str, int]:
    """What the image runs, as one command line, and its line; an empty text and 0: its base's own."""
    said: dict[str, Instruction] = {}
    for each in last_stage(all_of):
        if each.name in ("ENTRYPOINT", "CMD"):
            said[each.name] = each
            if each.name == "ENTRYPOINT":
                said.pop("CMD", None)
    if not said:
        return "", 0
    parts = [said[name] for name in ("ENTRYPOINT", "CMD") if name in said]
    return " ".join(" ".join(each.words) or each.value for each in parts), parts[-1].line
