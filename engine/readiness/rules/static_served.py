"""Style sheets, scripts and pictures reach the browser."""

import re
from collections.abc import Iterator

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, NotLooked, Rule, Verdict, broken_by
from engine.readiness.sources.application import application, in_repository, line_at, text_of
from engine.readiness.sources.django_settings import UNNAMED, django_settings
from engine.readiness.sources.javascript_source import javascript_sources
from engine.readiness.sources.python_source import python_sources
from engine.readiness.sources.stack import Stack, stack_of
from engine.readiness.sources.static_django import problem
from engine.readiness.sources.static_pages import missing_files

#: Frameworks of Node that serve `public/` by themselves, or build what they serve.
BY_THEMSELVES = frozenset(
    (
        "next",
        "nuxt",
        "nest",
        "remix",
        "sveltekit",
        "vite",
        "react-scripts",
        "angular",
        "vue-cli",
        "gatsby",
        "astro",
        "parcel",
    )
)
SERVES = ("static", "sendFile", "sendfile", "serve-", "serveStatic", "readFile", "createReadStream", "sirv")
ASSET = re.compile(r"^public/.+\.(css|js|html)$")
NAMED = re.compile(r"""(?:href|src)\s*=\s*["']/static/|url_for\(\s*["']static["']""")


def check(facts: Facts) -> Verdict:
    """By framework; Flask serves its own folder."""
    stack = stack_of(facts)
    if "django" in stack.frameworks:
        found = django_settings(facts)
        if found is None:
            return NotLooked(UNNAMED)
        wrong = problem(facts, stack, found)
        return broken_by([Hit(*wrong, key="django")] if wrong else [])
    if "fastapi" in stack.frameworks:
        return broken_by(list(_fastapi(facts)))
    if "express" in stack.frameworks and not stack.frameworks & BY_THEMSELVES:
        return broken_by(list(_express(facts, stack)))
    if stack.frameworks <= {"static"} and facts.plan is not None and facts.plan.framework == "static":
        return broken_by(list(_pages(facts, facts.plan.start[3] if len(facts.plan.start) > 3 else ".")))
    return NotApplicable()


def _fastapi(facts: Facts) -> Iterator[Hit]:
    """Pages that name `/static/`, and nothing that is mounted there."""
    tree = application(facts)
    if any(True for _ in python_sources(tree, "StaticFiles", "FileResponse", "whitenoise", "ServeStatic")):
        return
    for path in tree.paths():
        text = (text_of(tree, path) or "") if path.endswith((".html", ".jinja", ".j2")) and "templates/" in path else ""
        if found := NAMED.search(text):
            message = "This page asks for files below /static, and the application mounts no StaticFiles."
            yield Hit(message, in_repository(facts, path), line_at(text, found.start()), key="StaticFiles")
            return


def _express(facts: Facts, stack: Stack) -> Iterator[Hit]:
    """A folder `public` that no middleware serves."""
    tree = application(facts)
    assets = [path for path in tree.paths() if ASSET.match(path)]
    if stack.python_serves or not assets or any(True for _ in javascript_sources(tree, *SERVES)):
        return
    if any(True for _ in javascript_sources(tree, "express(")):
        message = "public/ has files for browsers, and nothing serves it: express.static is used nowhere."
        yield Hit(message, in_repository(facts, assets[0]), key="public")


def _pages(facts: Facts, folder: str) -> Iterator[Hit]:
    """One hit a page: what it lacks is mostly one folder."""
    lacking: dict[str, list[tuple[str, int]]] = {}
    for link, page, line in missing_files(facts, folder):
        lacking.setdefault(page, []).append((link, line))
    for page, links in lacking.items():
        more = f" and {len(links) - 1} more" if len(links) > 1 else ""
        what = "which aren't in the repository" if more else "which isn't in the repository"
        yield Hit(f"The page names {links[0][0]}{more}, {what}.", page, links[0][1])


DJANGO = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    "shop/settings.py": 'INSTALLED_APPS = ["django.contrib.staticfiles"]\nSTATIC_ROOT = "static"\n'
    'MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware"]\n',
}
RULE = Rule(
    id="static-served",
    title="Static files are served",
    severity=Severity.WARNING,
    why="Pages come without styles and scripts: it works on the developer's machine, where debug mode serves them.",
    fix="Django: add whitenoise and STATIC_ROOT, and run collectstatic in the build. FastAPI: mount `StaticFiles`. "
    'Express: `app.use(express.static("public"))`. A static site: commit the file, or mend its name.',
    link="https://docs.djangoproject.com/en/stable/howto/static-files/deployment/",
    check=check,
    good=Example({"requirements.txt": "django==5.1\nwhitenoise==6.7\n", **DJANGO}),
    bad=Example(
        {
            "requirements.txt": "django==5.1\n",
            **DJANGO,
            "shop/settings.py": 'INSTALLED_APPS = ["django.contrib.staticfiles"]\nDEBUG = False\n',
        }
    ),
    details="Looked at: Django's middleware, storages and servers' files in the repository; FastAPI's mounts against "
    "its templates; `public/` of Express applications; scripts and style sheets that a static site's pages "
    "name. Flask serves its own folder.",
)
