"""Reads by pydantic-settings: each field of a settings class is a variable."""

import ast
from collections.abc import Iterator

from engine.readiness.sources.environment_read import Read
from engine.readiness.sources.python_names import Names
from engine.readiness.sources.python_source import dotted, keyword

SETTINGS = frozenset({"pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.env_settings.BaseSettings"})


def settings_reads(node: ast.ClassDef, names: Names, module: ast.Module) -> Iterator[Read]:
    """The variables of a settings class; none where its prefix can't be told."""
    classes = {each.name: each for each in ast.walk(module) if isinstance(each, ast.ClassDef)}
    if not _is_settings(node, names, classes, 0):
        return
    prefix = _prefix(node)
    if prefix is None:
        return
    for field in node.body:
        match field:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=kind, value=value):
                if not name.startswith("_") and name != "model_config" and not _is_apart(kind, classes):
                    yield from _field(name, prefix, value, field.lineno)
            case _:
                pass


def _is_settings(node: ast.ClassDef, names: Names, classes: dict[str, ast.ClassDef], depth: int) -> bool:
    for parent in node.bases:
        if names.origin(parent) in SETTINGS:
            return True
        known = classes.get(dotted(parent))
        if known is not None and depth < 5 and _is_settings(known, names, classes, depth + 1):
            return True
    return False


def _is_apart(kind: ast.expr, classes: dict[str, ast.ClassDef]) -> bool:
    """True for what isn't one variable: a class variable, or a model of its own."""
    words = {dotted(each).split(".")[-1] for each in ast.walk(kind) if isinstance(each, ast.Name | ast.Attribute)}
    return "ClassVar" in words or bool(words & classes.keys())


def _prefix(node: ast.ClassDef) -> str | None:
    """`env_prefix` of a class; empty without one, None when it can't be told."""
    for each in node.body:
        match each:
            case ast.Assign(targets=[ast.Name(id="model_config")], value=ast.Call() as call):
                given = keyword(call, "env_prefix")
                return "" if given is None else _text(given)
            case ast.ClassDef(name="Config", body=body):
                for line in body:
                    match line:
                        case ast.Assign(targets=[ast.Name(id="env_prefix")], value=value):
                            return _text(value)
                        case _:
                            pass
            case _:
                pass
    return ""


def _field(name: str, prefix: str, value: ast.expr | None, line: int) -> Iterator[Read]:
    """One field: its own name with the prefix, or the alias that it says, which has none."""
    if not isinstance(value, ast.Call) or dotted(value.func).split(".")[-1] != "Field":
        literal = str(value.value) if isinstance(value, ast.Constant) and value.value is not None else ""
        yield Read((prefix + name).upper(), line, value is not None, literal)
        return
    said = next((given for each in ("validation_alias", "alias", "env") if (given := keyword(value, each))), None)
    text = (prefix + name) if said is None else _text(said)
    default = value.args[0] if value.args else keyword(value, "default")
    has_default = keyword(value, "default_factory") is not None or (
        default is not None and not (isinstance(default, ast.Constant) and default.value is ...)
    )
    known = (_text(default) or "") if default is not None else ""
    if text is not None:
        yield Read(text.upper(), line, has_default, known)


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
