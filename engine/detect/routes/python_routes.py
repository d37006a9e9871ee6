"""The routes of Flask and FastAPI: decorators, blueprints and routers with their prefixes."""

import ast
from dataclasses import dataclass, field
from functools import cached_property

from engine.detect.routes.python_names import APPLICATIONS, Module, Modules, called, statements
from engine.detect.routes.route import Mounts, Place

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
#: What an application is usually called where a function is handed one.
HANDED_OVER = ("app", "application", "flask_app", "server")


@dataclass
class PythonRoutes:
    """What all modules say together."""

    modules: Modules
    mounts: Mounts = field(default_factory=Mounts)

    def read(self) -> Mounts:
        """Routes and mounts of every module."""
        for module in self.modules.by_path.values():
            for node in statements(module.tree.body, conditional=False):
                match node:
                    case ast.FunctionDef() | ast.AsyncFunctionDef():
                        self._decorated(module, node)
                    case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr=verb)) as call):
                        self._called(module, owner, verb, call)
                    case _:
                        pass
        return self.mounts

    @cached_property
    def applications(self) -> list[Place]:
        """Every application that is made, sorted."""
        made = ((module, name) for module in self.modules.by_path.values() for name in module.made)
        return sorted(
            Place(module.path, name)
            for module, name in made
            if any(called(call) in APPLICATIONS for call in module.made[name])
        )

    def _decorated(self, module: Module, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            match decorator:
                case ast.Call(func=ast.Attribute(value=owner, attr=verb)):
                    methods = _methods(verb, decorator)
                    self._route(module, owner, methods, _path_of(module, decorator), decorator)
                case _:
                    pass

    def _called(self, module: Module, owner: ast.expr, verb: str, call: ast.Call) -> None:
        match verb:
            case "add_url_rule" | "add_api_route":
                if not any(isinstance(each, ast.Call) for each in (*call.args, *_keywords(call).values())):
                    self._route(module, owner, _methods("route", call), _path_of(module, call), call)
            case "register_blueprint":
                self._mount(module, owner, call, "url_prefix", replaces=True)
            case "include_router":
                self._mount(module, owner, call, "prefix", replaces=False)
            case "mount" if len(call.args) > 1:
                whole, part = self._place(module, owner), self.modules.place_of(module, call.args[1])
                prefix = _text(module, call.args[0])
                if whole and part and prefix is not None:
                    self.mounts.mount(whole, part, prefix)
            case _:
                pass

    def _route(
        self, module: Module, owner: ast.expr, methods: tuple[str, ...], path: str | None, node: ast.Call
    ) -> None:
        place = self._place(module, owner)
        if place and path is not None and methods:
            self.mounts.add(place, methods, path, node.lineno, module.path)

    def _mount(self, module: Module, owner: ast.expr, call: ast.Call, keyword: str, *, replaces: bool) -> None:
        """Flask's `url_prefix` replaces the blueprint's own, FastAPI's `prefix` comes before the router's."""
        whole = self._place(module, owner)
        given_part = call.args[0] if call.args else _keywords(call).get("router") or _keywords(call).get("blueprint")
        part = self.modules.place_of(module, given_part) if given_part else None
        if whole is None or part is None:
            return
        given, own = _prefix(module, call, keyword), self._own_prefix(part, keyword)
        if given == "" and replaces and keyword not in _keywords(call):
            given = own
        elif given is not None and own is not None and not replaces:
            given += own
        else:
            given = given if replaces or own is not None else None
        if given is not None:
            self.mounts.mount(whole, part, given)

    def _own_prefix(self, part: Place, keyword: str) -> str | None:
        """What a part is made with; None: it can't be told."""
        module = self.modules.by_path[part.file]
        prefixes = {_prefix(module, call, keyword) for call in module.made[part.name]}
        return prefixes.pop() if len(prefixes) == 1 else None

    def _place(self, module: Module, owner: ast.expr) -> Place | None:
        found = self.modules.place_of(module, owner)
        if found is None and isinstance(owner, ast.Name) and owner.id in HANDED_OVER and owner.id not in module.made:
            every = self.applications
            return every[0] if len(every) == 1 else None
        return found


def _prefix(module: Module, call: ast.Call, keyword: str) -> str | None:
    """The prefix that a call names: empty for none, None when it can't be told."""
    given = _keywords(call).get(keyword)
    if given is None:
        return None if None in {each.arg for each in call.keywords} else ""
    if isinstance(given, ast.Constant) and given.value is None:
        return ""
    return _text(module, given)


def _methods(verb: str, call: ast.Call) -> tuple[str, ...]:
    """The methods of a route; none when they can't be told or it isn't one."""
    if verb in METHODS:
        return (verb,)
    if verb not in ("route", "api_route"):
        return ()
    match _keywords(call).get("methods"):
        case None:
            return ("get",)
        case ast.List(elts=values) | ast.Tuple(elts=values) | ast.Set(elts=values):
            texts = [each.value for each in values if isinstance(each, ast.Constant)]
            return tuple(each for each in texts if isinstance(each, str))
        case _:
            return ()


def _path_of(module: Module, call: ast.Call) -> str | None:
    words = _keywords(call)
    first = call.args[0] if call.args else words.get("rule") or words.get("path")
    return None if first is None else _text(module, first)


def _keywords(call: ast.Call) -> dict[str, ast.expr]:
    return {each.arg: each.value for each in call.keywords if each.arg}


def _text(module: Module, node: ast.expr) -> str | None:
    """A literal, or a name of this module that is one."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Name(id=name):
            return module.texts.get(name)
        case _:
            return None
