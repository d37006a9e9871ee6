"""The routes of Express: verbs on applications and routers, and where routers are mounted."""

from dataclasses import dataclass, field
from functools import cached_property

from engine.detect.routes.express_names import Script, Scripts
from engine.detect.routes.javascript import Word, arguments, closing
from engine.detect.routes.route import Mounts, Place

#: `all` answers GET too, and no other method is sure to mean anything there.
METHODS = {name: name for name in ("get", "post", "put", "patch", "delete", "head", "options")} | {"all": "get"}
#: What an application is usually called where a function is handed one.
HANDED_OVER = ("app", "server", "application")


@dataclass
class ExpressRoutes:
    """What all scripts say together."""

    scripts: Scripts
    mounts: Mounts = field(default_factory=Mounts)

    def read(self) -> Mounts:
        """Routes and mounts of every script."""
        for script in self.scripts.by_path.values():
            for at in range(len(script.words) - 3):
                owner, dot, verb, opens = script.words[at : at + 4]
                if owner.kind == "name" and dot.is_sign(".") and verb.kind == "name" and opens.is_sign("("):
                    self._called(script, owner.value, verb.value, at + 3)
        return self.mounts

    @cached_property
    def applications(self) -> list[Place]:
        """Every application that is made, sorted."""
        every = self.scripts.by_path.values()
        return sorted(
            Place(script.path, name) for script in every for name, kind in script.made.items() if kind == "app"
        )

    def _called(self, script: Script, owner: str, verb: str, at: int) -> None:
        if verb not in METHODS and verb not in ("route", "use"):
            return
        place = self._place(script, owner)
        given = arguments(script.words, at)
        if place is None or not given:
            return
        if verb == "use":
            self._mount(script, place, given)
        elif verb == "route" and len(given) == 1:
            self._chained(script, place, _paths(script, given[0]), closing(script.words, at) + 1)
        elif verb in METHODS and len(given) > 1:
            self._add(script, place, METHODS[verb], _paths(script, given[0]))

    def _chained(self, script: Script, place: Place, paths: list[tuple[str, int]], at: int) -> None:
        """`.get(…).post(…)` behind `route(path)`."""
        found = script.words
        while at + 2 < len(found) and found[at].is_sign(".") and found[at + 2].is_sign("("):
            if found[at + 1].value in METHODS:
                self._add(script, place, METHODS[found[at + 1].value], paths)
            at = closing(found, at + 2) + 1

    def _add(self, script: Script, place: Place, method: str, paths: list[tuple[str, int]]) -> None:
        for path, line in paths:
            self.mounts.add(place, (method,), path if path != "/" else "", line, script.path)

    def _mount(self, script: Script, whole: Place, given: list[tuple[Word, ...]]) -> None:
        paths = [path for path, _ in _paths(script, given[0])]
        if not paths and len(given) > 1:
            # A prefix that can't be told, or something that stands before the router and may not let through.
            return
        for part in (self.scripts.argument(script, each) for each in given):
            for prefix in paths or [""]:
                if part is not None:
                    self.mounts.mount(whole, part, prefix)

    def _place(self, script: Script, owner: str) -> Place | None:
        found = self.scripts.named(script, owner)
        if found is None and owner in HANDED_OVER and owner not in script.imported:
            every = self.applications
            return every[0] if len(every) == 1 else None
        return found


def _paths(script: Script, given: tuple[Word, ...]) -> list[tuple[str, int]]:
    """The paths that an argument is, with their lines; none when it isn't text that begins with a slash."""
    if not given[0].is_sign("["):
        return _path(script, given)
    found = [_path(script, part) for part in arguments(given, 0)]
    return [each for paths in found for each in paths] if all(found) else []


def _path(script: Script, given: tuple[Word, ...]) -> list[tuple[str, int]]:
    if len(given) != 1:
        return []
    text = given[0].value if given[0].kind == "text" else script.texts.get(given[0].value, "")
    return [(text, given[0].line)] if text.startswith("/") else []
