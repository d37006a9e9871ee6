"""On which address and port a JavaScript or TypeScript file listens."""

import re

from engine.readiness.sources.heard import EVERYWHERE, Heard
from engine.readiness.sources.javascript_source import JavaScriptSource

LISTEN = re.compile(r"\b(?:\w*app|\w*server|fastify|https?|api|service)\s*\.\s*listen\s*\(", re.IGNORECASE)
READS_PORT = re.compile(
    r"\benv\s*(?:\?\.|\.)\s*PORT\b|\benv\s*\[\s*[\"'`]PORT[\"'`]\s*\]|\bPORT\b[^;{}]{0,200}\}\s*=\s*(?:process|Deno|Bun)\.env"
    r"|\.get\w*(?:<\w+>)?\(\s*[\"'`]PORT[\"'`]"
)
CALLBACK = re.compile(
    r"async\b|console\b|function\b|\(|\d+$|[A-Za-z_$][\w$]*\s*=>|\w*(?:[Ll]isten|[Cc]allback|[Hh]andler|cb|done)\w*$"
)
HOST = re.compile(r"[\"'`]([\w.:\[\]-]+)[\"'`]")


def by_node(source: JavaScriptSource) -> Heard | None:
    """Where it listens; None when nothing in this file is seen to."""
    found = LISTEN.search(source.code)
    if found is None:
        return None
    line = source.line(found.start())
    arguments = _arguments(source, found.end())
    before = source.uncommented[max(0, found.start() - 200) : found.start()]
    if not arguments or "NODE_ENV" in before:
        return Heard("", "", "", line)
    if arguments[0].lstrip().startswith("{"):
        # Fastify alone listens on localhost where no address is given.
        without = '"localhost"' if "fastify" in source.text.lower() else ""
        port, host = _key(arguments[0], "port"), _key(arguments[0], "host") or without
    else:
        port, host = arguments[0].strip(), arguments[1].strip() if len(arguments) > 1 else ""
    return Heard(_port(source, port), _host(source, host) if host else EVERYWHERE, "", line)


def _arguments(source: JavaScriptSource, start: int) -> list[str]:
    """The texts of a call's arguments; `start` is behind its parenthesis."""
    depth, begin, found = 0, start, []
    for place in range(start, len(source.code)):
        sign = source.code[place]
        if sign in "([{":
            depth += 1
        elif sign in ")]}" and depth:
            depth -= 1
        elif sign == ")" or (sign == "," and not depth):
            found.append(source.uncommented[begin:place])
            begin = place + 1
            if sign == ")":
                break
    return [each for each in found if each.strip()]


def _key(text: str, name: str) -> str:
    found = re.search(rf"\b{name}\s*:\s*([^,}}]+)", text)
    if found:
        return found[1].strip()
    return name if re.search(rf"\b{name}\b", text) else ""


def _port(source: JavaScriptSource, argument: str) -> str:
    if READS_PORT.search(source.uncommented):
        return "$PORT"
    value = _value(source, argument).strip("\"'` ")
    return value if value.isdigit() else ""


def _host(source: JavaScriptSource, argument: str) -> str:
    """Without an address, as with a number of waiting connections or a callback, it listens on all."""
    value = _value(source, argument)
    found = HOST.fullmatch(value)
    if found:
        return found[1]
    return EVERYWHERE if CALLBACK.match(value) else ""


def _value(source: JavaScriptSource, argument: str) -> str:
    """What a name was given in this file, where that is once and plain; else the text itself."""
    if not re.fullmatch(r"[A-Za-z_$][\w$]*", argument):
        return argument
    given = re.findall(rf"\b{re.escape(argument)}\s*(?::\s*\w+\s*)?=(?!=)\s*([^;\n,]+)", source.uncommented)
    return given[0].strip() if len(given) == 1 else argument
