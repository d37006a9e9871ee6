"""What the names of Express files stand for, followed through require, import and exports, by reading."""

import posixpath
from dataclasses import dataclass, field

from engine.detect.routes.javascript import Word, arguments, closing, opening, words
from engine.detect.routes.route import Place

ENDINGS = ("", ".js", ".ts", ".mjs", ".cjs", "/index.js", "/index.ts", "/index.mjs")
#: How deep imports are followed.
DEEPEST = 12
#: The attribute under which `module.exports = x` and `export default x` stand; `*` is the module itself.
DEFAULT, WHOLE = "default", "*"


@dataclass
class Script:
    """One file: its names and what it gives to others."""

    path: str
    words: tuple[Word, ...]
    #: Name → `app` or `router`.
    made: dict[str, str] = field(default_factory=dict)
    #: Name → (file it was asked of, attribute).
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: Attribute → name in this file.
    exported: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Scripts:
    """Every file of the application."""

    by_path: dict[str, Script]

    def named(self, script: Script, name: str, depth: int = 0) -> Place | None:
        """The application or router behind a name."""
        if name in script.made:
            return Place(script.path, name)
        if name in script.imported:
            return self.exported(script, *script.imported[name], depth)
        return None

    def exported(self, script: Script, asked: str, attribute: str, depth: int = 0) -> Place | None:
        """The application or router that another file gives."""
        found = self.file_of(script.path, asked)
        if found is None or depth > DEEPEST:
            return None
        name = found.exported.get(DEFAULT if attribute == WHOLE else attribute)
        return self.named(found, name, depth + 1) if name else None

    def argument(self, script: Script, given: tuple[Word, ...]) -> Place | None:
        """The application or router that an argument is: `users`, `routes.users`, `require('./users')`."""
        match [each.value for each in given]:
            case [name] if given[0].kind == "name":
                return self.named(script, name)
            case [owner, ".", name] if owner in script.imported:
                return self.exported(script, script.imported[owner][0], name)
            case ["require", "(", asked, ")"]:
                return self.exported(script, asked, DEFAULT)
            case ["require", "(", asked, ")", ".", name]:
                return self.exported(script, asked, name)
            case _:
                return None

    def file_of(self, importer: str, asked: str) -> Script | None:
        """The file of a relative import; packages aren't looked for."""
        if not asked.startswith("."):
            return None
        base = posixpath.normpath(posixpath.join(posixpath.dirname(importer), asked))
        # TypeScript imports `./users.js` where the source is users.ts.
        names = [base + ending for ending in ENDINGS] + [base.removesuffix(".js") + ".ts"]
        return next((self.by_path[name] for name in names if name in self.by_path), None)


def read_scripts(sources: list[tuple[str, str]]) -> Scripts:
    """The scripts of these texts."""
    return Scripts({path: _script(path, words(text)) for path, text in sources})


def _script(path: str, found: tuple[Word, ...]) -> Script:
    script = Script(path, found)
    for at, word in enumerate(found):
        if word.is_sign("="):
            _assignment(script, at)
        elif word.is_name("import") and not _follows(found, at, "(", "."):
            _import(script, at)
        elif word.is_name("export"):
            _export(script, at)
    return script


def _assignment(script: Script, at: int) -> None:
    found = script.words
    right = [each.value for each in found[at + 1 : at + 9]]
    if at and found[at - 1].is_sign("}"):
        _destructured(script, at, right)
        return
    name = _name_before(found, at)
    match right:
        case ["express", "(", ")", *_]:
            script.made.setdefault(name, "app")
        case ["express", ".", "Router", "(", *_] | ["Router", "(", *_] | ["new", "Router", "(", *_]:
            script.made.setdefault(name, "router")
        case ["new", "express", ".", "Router", "(", *_]:
            script.made.setdefault(name, "router")
        case ["require", "(", "express", ")", "(", ")", *_]:
            script.made.setdefault(name, "app")
        case ["require", "(", "express", ")", ".", "Router", "(", *_]:
            script.made.setdefault(name, "router")
        case ["require", "(", asked, ")", ".", attribute, *_] if asked.startswith("."):
            script.imported.setdefault(name, (asked, attribute))
        case ["require", "(", asked, ")", *_] if asked.startswith("."):
            script.imported.setdefault(name, (asked, WHOLE))
        case [text, *_] if found[at + 1].kind == "text":
            script.texts.setdefault(name, text)
        case _:
            pass
    _given(script, at)


def _name_before(found: tuple[Word, ...], at: int) -> str:
    """The name that is set, also where a type stands between it and the sign."""
    for back in range(at - 1, max(at - 12, 0), -1):
        if found[back - 1].is_name("const", "let", "var"):
            return found[back].value
    return found[at - 1].value if at else ""


def _destructured(script: Script, at: int, right: list[str]) -> None:
    """`const { a, b: c } = require('./d')`."""
    match right:
        case ["require", "(", asked, ")", *_] if asked.startswith("."):
            for part in arguments(script.words, opening(script.words, at - 1)):
                script.imported.setdefault(part[-1].value, (asked, part[0].value))
        case _:
            pass


def _given(script: Script, at: int) -> None:
    """`module.exports = x`, `module.exports = { a, b: c }`, `exports.a = x`."""
    found = script.words
    left = [each.value for each in found[max(at - 5, 0) : at]]
    if len(found) <= at + 1:
        return
    value = found[at + 1]
    if left[-3:] == ["module", ".", "exports"]:
        if value.is_sign("{"):
            for part in arguments(found, at + 1):
                script.exported.setdefault(part[0].value, part[-1].value)
        else:
            script.exported.setdefault(DEFAULT, value.value)
    elif left[-3:-1] == ["exports", "."] and value.kind == "name":
        script.exported.setdefault(left[-1], value.value)


def _import(script: Script, at: int) -> None:
    """`import a, { b as c } from './d'`."""
    found = script.words
    end = next((i for i in range(at, min(at + 80, len(found))) if found[i].is_name("from")), None)
    if end is None or end + 1 >= len(found) or found[end + 1].kind != "text":
        return
    asked, here = found[end + 1].value, found[at + 1 : end]
    if here and here[0].kind == "name":
        script.imported.setdefault(here[0].value, (asked, DEFAULT))
    for place in range(at + 1, end):
        if found[place].is_sign("{"):
            for part in arguments(found, place):
                script.imported.setdefault(part[-1].value, (asked, part[0].value))
        elif found[place].is_sign("*"):
            script.imported.setdefault(found[end - 1].value, (asked, WHOLE))


def _export(script: Script, at: int) -> None:
    """`export default x`, `export const x = …`, `export { a, b as c }`."""
    found = script.words
    match [each.value for each in found[at + 1 : at + 3]]:
        case ["default", name]:
            script.exported.setdefault(DEFAULT, name)
        case ["const" | "let" | "var", name]:
            script.exported.setdefault(name, name)
        case ["{", _] if closing(found, at + 1) < len(found):
            for part in arguments(found, at + 1):
                script.exported.setdefault(part[-1].value, part[0].value)
        case _:
            pass


def _follows(found: tuple[Word, ...], at: int, *values: str) -> bool:
    return at + 1 < len(found) and found[at + 1].value in values
