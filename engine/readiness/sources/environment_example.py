"""The file that shows which environment variables there are."""

import posixpath
import re

from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository, text_of
from engine.readiness.sources.environment import Variable, variables_read

#: Usual names, best first.
NAMES = (
    *(".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults", "env.example", "example.env"),
    *("sample.env", "env.sample", "env.template", "template.env", ".env-example", ".env-sample", ".env_example"),
    *(".env_sample", "dotenv.example", ".env.local.example", ".env.example.local", ".example.env", ".sample.env"),
    *(".env.development.example", ".env.production.example", ".envrc.example"),
)
#: Files of variables by whatever name: what stands in one is shown, be it meant as an example or not.
FILE = re.compile(r"(^|[./_-])env([._-][^/]*)?$|\.env$", re.IGNORECASE)
#: Also a line that is a comment shows a variable: `# SMTP_HOST=`.
SHOWN = re.compile(r"^[ \t]*(?:#+[ \t]*)?(?:export[ \t]+)?([A-Z][A-Z0-9_]*)[ \t]*(?:=|:|$)", re.MULTILINE)


def example_paths(facts: Facts) -> tuple[str, ...]:
    """Those of the application's folder, of the repository's root and of other folders, as paths of the repository."""
    names = [*(in_repository(facts, name) for name in NAMES), *NAMES]
    elsewhere = (path for path in facts.tree.paths() if posixpath.basename(path) in NAMES)
    return tuple(dict.fromkeys([*(name for name in names if facts.tree.read(name) is not None), *elsewhere]))


def unshown(facts: Facts) -> tuple[Variable, ...]:
    """The first place of each variable that the code reads and no example shows; those without a default first."""
    root = in_repository(facts, "-").removesuffix("-")
    beside = [path for path in facts.tree.paths() if path.removeprefix(root).count("/") < 2 and FILE.search(path)]
    shown = {
        name for path in (*example_paths(facts), *beside) for name in SHOWN.findall(text_of(facts.tree, path) or "")
    }
    shown |= _of_app_json(facts)
    first: dict[str, Variable] = {}
    for each in sorted(variables_read(facts), key=lambda read: (read.has_default, read)):
        if each.name not in shown:
            first.setdefault(each.name, each)
    return tuple(first.values())


def _of_app_json(facts: Facts) -> set[str]:
    """Variables that a platform's own list shows."""
    text = (text_of(application(facts), "app.json") or "") + (text_of(application(facts), "render.yaml") or "")
    return set(re.findall(r'"([A-Z][A-Z0-9_]*)"\s*:', text)) | set(re.findall(r"key:\s*\"?([A-Z][A-Z0-9_]*)", text))
