"""An example shows every environment variable that the code reads."""

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotApplicable, Rule, Verdict
from engine.readiness.sources.environment import Variable, variables_read
from engine.readiness.sources.environment_example import example_paths, unshown
from engine.readiness.sources.named import some_of
from engine.readiness.sources.stack import stack_of

#: Names that a message lists before it counts the rest.
LISTED = 5


def check(facts: Facts) -> Verdict:
    """Variables without a default weigh; those with one are worth knowing."""
    if not variables_read(facts) or not (facts.plan or stack_of(facts).frameworks):
        return NotApplicable()
    missing = unshown(facts)
    needed = [each for each in missing if not each.has_default]
    examples = example_paths(facts)
    if not missing or (not needed and not examples):
        return Kept()
    if not examples:
        return Broken((_without_example(needed),))
    spare = [each for each in missing if each.has_default]
    hits = [_unshown(each, examples[0]) for each in needed]
    return Broken((*hits, *([_with_default(spare, examples[0])] if spare else [])))


def _without_example(needed: list[Variable]) -> Hit:
    one = len(needed) == 1
    message = f"The code reads {_list(needed)}, and no .env.example shows {'it' if one else 'them'}."
    return Hit(message, needed[0].path, needed[0].line, key=".env.example")


def _unshown(each: Variable, example: str) -> Hit:
    return Hit(f"{each.name} is read here, and {example} doesn't show it.", each.path, each.line, key=each.name)


def _with_default(spare: list[Variable], example: str) -> Hit:
    message = f"{example} doesn't show {_list(spare)}, which the code does without."
    return Hit(message, spare[0].path, spare[0].line, key="with-default", severity=Severity.NOTE)


def _list(variables: list[Variable]) -> str:
    return some_of([each.name for each in variables], LISTED)


RULE = Rule(
    id="env-example",
    title=".env.example shows every variable that the code reads",
    severity=Severity.WARNING,
    why="Whoever deploys it finds out what it needs from the first crash, one variable at a time.",
    fix="Write each variable into `.env.example`, without its value.",
    link="https://12factor.net/config",
    check=check,
    good=Example(
        {
            "requirements.txt": "flask==3.1.0\n",
            "app.py": 'import os\nURL = os.environ["DATABASE_URL"]\n',
            ".env.example": "DATABASE_URL=\n",
        }
    ),
    bad=Example(
        {
            "requirements.txt": "flask==3.1.0\n",
            "app.py": 'import os\nURL = os.environ["DATABASE_URL"]\nKEY = os.environ["API_KEY"]\n',
        }
    ),
    button="env-example",
    details="Looked at: `os.environ`, `os.getenv`, decouple, environs, django-environ, pydantic-settings, `process.env`"
    " and `import.meta.env` in the application's own code; not what platforms give (PORT, NODE_ENV, HOME, …). "
    "Where there is no example and every variable has a default, nothing has to be shown.",
)
