"""The log goes to standard output, where platforms read it."""

import ast
from collections.abc import Iterator

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, Rule, Verdict, broken_by
from engine.readiness.sources.application import application, in_repository
from engine.readiness.sources.distinct import distinct
from engine.readiness.sources.node_calls import node_scripts
from engine.readiness.sources.python_names import Names
from engine.readiness.sources.python_source import PythonSource, keyword, python_sources
from engine.readiness.sources.stack import stack_of

FILES = frozenset({"FileHandler", "RotatingFileHandler", "TimedRotatingFileHandler", "WatchedFileHandler"})
MESSAGE = "The log is written to a file: it goes with the machine, and no platform shows it."
#: With one of these it is written to the output as well.
ALSO = ("StreamHandler", "RichHandler", "stdout", "stderr", "default_handler", ".logger.addHandler", "loguru")


def check(facts: Facts) -> Verdict:
    """Handlers and transports that write files, where nothing in the application writes to the output too."""
    stack = stack_of(facts)
    if not stack.python_serves and not stack.node_serves:
        return NotApplicable()
    hits = [*_python(facts)] if stack.python_serves else []
    hits += _node(facts) if stack.node_serves else ()
    return broken_by(distinct(hits))


def _python(facts: Facts) -> Iterator[Hit]:
    tree = application(facts)
    found = [(source, line) for source in python_sources(tree, "ogging", *FILES) for line in _file_lines(source)]
    if found and not any(True for _ in python_sources(tree, *ALSO)):
        for source, line in found:
            yield Hit(MESSAGE, in_repository(facts, source.path), line)


def _file_lines(source: PythonSource) -> Iterator[int]:
    """Lines that no `if` decides about: a file for developers alone is nobody's concern."""
    names = Names.of(source.module)
    for node in _sure(source.module.body):
        yield from (each.lineno for each in ast.walk(node) if isinstance(each, ast.expr) and _opens_a_file(each, names))


def _opens_a_file(node: ast.expr, names: Names) -> bool:
    match node:
        case ast.Call(func=function):
            origin = names.origin(function)
            if origin == "logging.basicConfig":
                return keyword(node, "filename") is not None
            return origin.startswith("logging.") and origin.split(".")[-1] in FILES
        case ast.Constant(value=str() as text):
            return text.startswith("logging.") and text.split(".")[-1] in FILES
        case _:
            return False


def _sure(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        match node:
            case ast.FunctionDef(body=inner) | ast.ClassDef(body=inner):
                yield from _sure(inner)
            case ast.If() | ast.For() | ast.While() | ast.Try():
                pass
            case _:
                yield node


def _node(facts: Facts) -> Iterator[Hit]:
    """winston with files and no console; morgan with nothing but a stream into a file."""
    scripts = [*node_scripts(facts, "winston")]
    console = any(word.is_name("Console") for script in scripts for word in script.words)
    for script in scripts if not console else ():
        for at, word in enumerate(script.words[:-3]):
            if (
                word.is_name("transports")
                and script.words[at + 2].is_name("File")
                and script.words[at + 3].is_sign("(")
            ):
                yield Hit(MESSAGE, script.path, word.line)


RULE = Rule(
    id="logs-to-output",
    title="The log goes to standard output",
    severity=Severity.NOTE,
    why="Platforms collect what a program prints; a file is lost with the machine, and fills its disk before.",
    fix="Log to the output: `logging.basicConfig(level=logging.INFO)`, `new winston.transports.Console()`.",
    link="https://12factor.net/logs",
    check=check,
    good=Example(
        {
            "requirements.txt": "flask==3.1.0\n",
            "app.py": "import logging\nfrom flask import Flask\n\n"
            "logging.basicConfig(level=logging.INFO)\napp = Flask(__name__)\n",
        }
    ),
    bad=Example(
        {
            "requirements.txt": "flask==3.1.0\n",
            "app.py": "import logging\nfrom flask import Flask\n\n"
            'logging.basicConfig(filename="app.log")\napp = Flask(__name__)\n',
        }
    ),
    details="Looked at: file handlers of Python's logging and of winston, where no `if` decides about them and nothing "
    "in the application writes to the output too.",
)
