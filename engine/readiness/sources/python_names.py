"""What names of a Python module stand for, as far as its imports and plain assignments tell."""

import ast
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from engine.readiness.sources.python_source import dotted


@dataclass
class Names:
    """Names of one module."""

    #: Name → where it is from: `environ` → `os.environ`.
    imported: dict[str, str] = field(default_factory=dict)
    #: Name → what was called to make it, such as `env` → `environs.Env`.
    made: dict[str, str] = field(default_factory=dict)
    #: Name → its value, for those that are given one value in the whole module.
    values: dict[str, ast.expr] = field(default_factory=dict)

    @staticmethod
    @lru_cache(maxsize=512)
    def of(module: ast.Module) -> "Names":
        """The names of a module, wherever in it they are bound. Nobody may change them: they are shared."""
        names = Names()
        assignments: list[tuple[str, ast.expr]] = []
        for node in ast.walk(module):
            match node:
                case ast.Import(names=aliases):
                    names.imported |= {
                        each.asname or each.name.split(".")[0]: each.name if each.asname else each.name.split(".")[0]
                        for each in aliases
                    }
                case ast.ImportFrom(module=str(source), names=aliases, level=0):
                    names.imported |= {each.asname or each.name: f"{source}.{each.name}" for each in aliases}
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    assignments.append((name, value))
                case _:
                    pass
        given = Counter(name for name, _ in assignments)
        for name, value in assignments:
            if given[name] == 1:
                names.values[name] = value
            if isinstance(value, ast.Call):
                names.made.setdefault(name, names.origin(value.func))
        return names

    def origin(self, expression: ast.expr) -> str:
        """The dotted name of an expression, by what was imported: `getenv` → `os.getenv`; empty: it has none."""
        words = dotted(expression)
        first, dot, rest = words.partition(".")
        return f"{self.imported.get(first, first)}{dot}{rest}" if words else ""
