"""Asks a trial the paths that its source says it answers."""

import re
import time
from collections.abc import Callable, Sequence

from engine.detect.routes.route import Route
from engine.pipeline.probe import Answered, probe
from engine.readiness.facts import EndpointAnswer
from engine.sandboxes.port import Upstream

#: Routes that are asked, seconds for one answer, and for all.
MOST = 30
TIMEOUT = 5.0
ALL_TIMEOUT = 60.0
#: What may stand in the path of an address as it is (RFC 3986).
ASKABLE = re.compile(r"/[\w.~!$&'()*+,;=:@%/-]*", re.ASCII)
#: A GET should change nothing; these say that they might, and the trial shares the preview's data.
CHANGING = re.compile(
    r"(^|[/_-])(log-?out|sign-?out|deletes?|removes?|destroy|drop|reset|purge|clear|flush|shut-?down|restart|stop|kill"
    r"|exit|quit|unsubscribe|cancel|seed|migrate|install|setup)([/_.-]|$)",
    re.IGNORECASE,
)


def asked_of(routes: Sequence[Route]) -> tuple[Route, ...]:
    """The routes that are asked: GETs without parameters that sound harmless, each path once. Pure."""
    found: dict[str, Route] = {}
    for route in sorted(routes, key=lambda each: (each.path, each.file, each.line)):
        if route.method == "GET" and route.plain and ASKABLE.fullmatch(route.path) and not CHANGING.search(route.path):
            found.setdefault(route.path, route)
    return tuple(found.values())[:MOST]


def ask_all(
    routes: Sequence[Route], upstream: Upstream, host: str, go_on: Callable[[], bool]
) -> tuple[EndpointAnswer, ...]:
    """Each answer, one after the other; ends early once `go_on` says no, or when it takes too long in all."""
    end = time.monotonic() + ALL_TIMEOUT
    found: list[EndpointAnswer] = []
    for route in asked_of(routes):
        if time.monotonic() >= end or not go_on():
            break
        begun = time.monotonic()
        answer = probe(upstream, host, route.path, TIMEOUT)
        took = round((time.monotonic() - begun) * 1000, 1)
        status = answer.status if isinstance(answer, Answered) else 0
        found.append(EndpointAnswer(route.path, status, took, route.file, route.line))
    return tuple(found)
