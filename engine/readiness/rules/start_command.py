"""Something in the repository says how it is started, and what that names is there."""

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotApplicable, Rule, Verdict
from engine.readiness.sources.application import (
    NODE_MANIFESTS,
    PYTHON_MANIFESTS,
    application,
    in_repository,
    nested,
    text_of,
)
from engine.readiness.sources.listening import node_file
from engine.readiness.sources.named import some_of
from engine.readiness.sources.serving import Serving, serving_of
from engine.readiness.sources.stack import NODE_BUILDERS, NODE_SERVERS, PYTHON_SERVERS, Stack, stack_of
from engine.readiness.sources.start_elsewhere import StartLine
from engine.readiness.sources.start_line import platform_file, start_lines
from engine.readiness.sources.start_target import missing_target

MISNAMED = ("procfile", "PROCFILE", "Procfile.txt", "procfile.txt", "ProcFile")
#: How deep applications of a repository with many lie.
DEPTH = 2
#: What a build writes isn't in the repository before.
BUILT = ("dist/", "build/", "lib/", "out/", ".next/", ".output/", ".build/", "server/")


def check(facts: Facts) -> Verdict:
    """Nothing at all blocks; one place that only some read is worth a word."""
    stack = stack_of(facts)
    lines = start_lines(facts)
    named_wrongly = _misnamed(facts, lines)
    if named_wrongly:
        return Broken((named_wrongly,))
    if lines:
        return _of_line(facts, lines[0])
    if stack.frameworks <= {"static"} and facts.plan is not None and facts.plan.framework == "static":
        return NotApplicable()
    plan = facts.plan
    if plan is not None and plan.framework != "static" and (plan.framework != "flask" or "flask" in stack.frameworks):
        return Broken((_only_detected(plan.start),))
    return Broken((_nothing(facts, stack),))


def _misnamed(facts: Facts, lines: tuple[StartLine, ...]) -> Hit | None:
    tree = application(facts)
    name = next((name for name in MISNAMED if tree.read(name) is not None), "")
    if not name or tree.read("Procfile") is not None or (lines and not lines[0].elsewhere):
        return None
    return Hit(f"{name} is read by nobody: the file must be named Procfile.", in_repository(facts, name))


def _of_line(facts: Facts, line: StartLine) -> Verdict:
    serving = serving_of(facts, line)
    if line.elsewhere:
        severity = Severity.WARNING if facts.plan is None else Severity.NOTE
        message = f"Only {line.path} says how it starts: where that isn't read, it doesn't."
        return Broken((Hit(message, line.path, line.line, severity=severity),))
    missing = _missing(facts, serving)
    return Broken((Hit(missing, serving.path, serving.line, key=serving.text, fix=""),)) if missing else Kept()


def _missing(facts: Facts, serving: Serving) -> str:
    """What a command names and nobody finds, as a sentence; empty: nothing."""
    tree = application(facts)
    if serving.program == "node" and serving.file and not serving.file.startswith(BUILT):
        return "" if node_file(facts, serving) else f"It starts {serving.file}, which isn't in the repository."
    if serving.program == "python" and serving.file.endswith(".py") and tree.read(serving.file) is None:
        return f"It starts {serving.file}, which isn't in the repository."
    return missing_target(tree, serving)


def _only_detected(start: tuple[str, ...]) -> Hit:
    words = " ".join(start).replace("$ENVIRONMENT/bin/", "")
    return Hit(
        f"How it starts is guessed from its files (`{words}`): no file that platforms read says it.",
        severity=Severity.NOTE,
        key="guessed",
    )


def _below(facts: Facts, stack: Stack) -> list[str]:
    """Folders with an application each, where the application's own folder holds none."""
    if stack.frameworks or facts.project.root != ".":
        return []
    folders = nested(facts.tree.paths(), NODE_MANIFESTS | PYTHON_MANIFESTS | {"Dockerfile", "Procfile", "manage.py"})
    return [folder.removesuffix("/") for folder in folders if folder.count("/") <= DEPTH]


def _nothing(facts: Facts, stack: Stack) -> Hit:
    below = _below(facts, stack)
    if below:
        message = f"No application lies at the top; {some_of(below)} may hold one, and slipway.yml names no `root`."
        return Hit(message, key="root", fix="")
    elsewhere = platform_file(facts)
    if elsewhere:
        message = f"Only {elsewhere} says how it is served: where that isn't read, it doesn't start."
        return Hit(message, elsewhere, severity=Severity.WARNING)
    if stack.frameworks and stack.frameworks <= set(NODE_BUILDERS.values()):
        message = "Nothing says how what its build makes is served: no Procfile, no start script."
        return Hit(message, in_repository(facts, "package.json"), severity=Severity.NOTE, key="static", fix="")
    if "django" in stack.frameworks and application(facts).read("manage.py") is not None:
        message = "Neither a Procfile nor slipway.yml says how this Django application starts."
        return Hit(message, in_repository(facts, "manage.py"), key="nothing")
    servers = stack.frameworks & (PYTHON_SERVERS | set(NODE_SERVERS.values()))
    if servers:
        named = " and ".join(sorted(servers))
        return Hit(
            f"Neither a Procfile, package.json nor slipway.yml says how this {named} application starts.",
            key="nothing",
        )
    if text_of(application(facts), "Procfile") is not None:
        return Hit("The Procfile has no `web:` line.", in_repository(facts, "Procfile"), key="nothing")
    sentence = facts.undetected.sentence if facts.undetected else "Nothing says how it starts."
    return Hit(sentence, key="nothing", fix="")


RULE = Rule(
    id="start-command",
    title="Something says how it starts",
    severity=Severity.BLOCKING,
    why="A platform that has to guess the start command guesses another one some day, or none at all.",
    fix=(
        "Add a `Procfile` with one line, such as `web: gunicorn app:app --bind 0.0.0.0:$PORT`, or a `start` script in "
        "`package.json`."
    ),
    link="https://devcenter.heroku.com/articles/procfile",
    check=check,
    good=Example({"Procfile": "web: node server.js\n", "server.js": "", "package.json": "{}"}),
    bad=Example({"requirements.txt": "django==5.2.8\n", "manage.py": "import django\n"}),
    button="procfile",
    details=(
        "Looked at: `start` of `slipway.yml`, the `web` line of the Procfile, the `start` script of `package.json`; "
        "then `railway.json`, `render.yaml`, `nixpacks.toml` and the Dockerfile, which not everybody reads (a warning, "
        "or a note where Slipway recognises the application anyway). The file, or module and object, that the command "
        "names must be in the repository; what a build writes (`dist/`, `build/`, …) isn't looked for. An application "
        "that Slipway recognises, with nothing written, gets a note."
    ),
)
