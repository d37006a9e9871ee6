"""package-lock.json, yarn.lock and pnpm-lock.yaml."""

import json
import re

from engine.scan.locks.pin import NPM, Locked, Pins

RELEASE = re.compile(r"\d+\.\d+\.\d+[\w.+-]*")
#: `name@range, name@range:` at the beginning of a line, of either generation of yarn.
YARN_HEAD = re.compile(r'^"?(@?[^@\s",]+)@[^\n]*:$')
YARN_VERSION = re.compile(r'^ {2}version:? "?([^"\s]+)"?$')
YARN_FROM = re.compile(r'^ {2}resolution: "(@?[^@"]+)@(npm|workspace|patch|portal|link|file):')
#: `/name/1.2.3`, `/name@1.2.3(peers)`, `name@1.2.3` in two columns, as each generation of pnpm writes it.
PNPM_ENTRY = re.compile(r"^ {2}['\"]?/?(@[^@/\s]+/[^@/\s]+|[^@/\s'\"]+)[@/](\d+\.\d+\.\d+[\w.+-]*)[^:\n]*:")


def read_npm(path: str, text: str) -> Locked:
    """Packages that run, not those for development alone, of each generation of npm. Raises ValueError."""
    content = json.loads(text)
    if not isinstance(content, dict):
        raise ValueError("it is no object")
    pins = Pins(NPM, path)
    packages, older = content.get("packages"), content.get("dependencies")
    if isinstance(packages, dict):
        for place, each in packages.items():
            if "node_modules/" in place and isinstance(each, dict) and not (each.get("dev") or each.get("link")):
                name = each.get("name") or place.rpartition("node_modules/")[2]
                _add(pins, name, each.get("version"), f'"{place}": {{')
    elif isinstance(older, dict):
        _older(pins, older)
    return pins.locked()


def _older(pins: Pins, dependencies: dict[str, object]) -> None:
    waiting = [dependencies]
    while waiting:
        for name, each in waiting.pop().items():
            if isinstance(each, dict) and not each.get("dev"):
                _add(pins, name, each.get("version"), f'"{name}": {{')
                inner = each.get("dependencies")
                if isinstance(inner, dict):
                    waiting.append(inner)


def read_yarn(path: str, text: str) -> Locked:
    """Every package: yarn doesn't say which are for development alone."""
    pins = Pins(NPM, path)
    # The newer generation says below each version where it comes from.
    is_newer = re.search(r"(?m)^__metadata:", text[:500]) is not None
    name = head = version = ""
    for line in text.splitlines():
        begins = YARN_HEAD.match(line)
        if begins:
            name, head, version = begins[1], line, ""
            # An alias: the name of what is really installed stands behind `npm:`.
            alias = re.search(r"@npm:(@?[^@\s\",]+)@", line)
            name = alias[1] if alias else name
        elif found := YARN_VERSION.match(line):
            version = found[1]
            if not is_newer:
                _add(pins, name, version, head)
        elif (found := YARN_FROM.match(line)) and found[2] == "npm":
            _add(pins, found[1], version, head)
    return pins.locked()


def read_pnpm(path: str, text: str) -> Locked:
    """Packages that run, where the file says which are for development alone."""
    pins = Pins(NPM, path)
    _, _, section = text.partition("\npackages:\n")
    section = re.split(r"\n(?=\S)", section, maxsplit=1)[0]
    for entry in re.split(r"\n(?= {2}\S)", "\n" + section):
        found = PNPM_ENTRY.match(entry.lstrip("\n"))
        if found and "\n    dev: true" not in entry:
            _add(pins, found[1], found[2].split("_")[0], entry.lstrip("\n").split("\n")[0])
    return pins.locked()


def _add(pins: Pins, name: object, version: object, mark: str) -> None:
    """What has no version of a release was fetched from elsewhere: OSV knows nothing of it."""
    if isinstance(name, str) and isinstance(version, str) and RELEASE.fullmatch(version):
        pins.add(name, version, mark)
