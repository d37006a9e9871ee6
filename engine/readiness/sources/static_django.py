"""How Django's static files are served once debug is off."""

import ast
import re

from engine.readiness.facts import Facts
from engine.readiness.sources.application import application
from engine.readiness.sources.django_settings import DjangoSettings
from engine.readiness.sources.python_source import python_sources
from engine.readiness.sources.stack import Stack

#: Packages that serve or upload them.
PACKAGES = frozenset(
    (
        "whitenoise",
        "servestatic",
        "dj-static",
        "django-storages",
        "django-cloudinary-storage",
        "boto3",
        "collectfast",
        "granian",
    )
)
#: Files of servers that do.
SERVERS = re.compile(
    r"(^|/)(nginx[^/]*|[^/]*\.nginx|[^/]*nginx[^/]*\.conf|Caddyfile|httpd[^/]*\.conf|apache[^/]*\.conf|uwsgi\.ini)(/|$)",
    re.I,
)


def problem(facts: Facts, stack: Stack, found: DjangoSettings) -> tuple[str, str, int] | None:
    """What is wrong, and where; None: nothing, or it can't be told."""
    apps = found.settings.get("INSTALLED_APPS")
    if found.open_end or apps is None or not _names(apps.value, "django.contrib.staticfiles"):
        return None
    if _serves_by_whitenoise(found):
        if "STATIC_ROOT" in found.settings:
            return None
        middleware = found.settings["MIDDLEWARE"]
        return (
            "whitenoise serves STATIC_ROOT, which isn't set: collectstatic has nowhere to write.",
            middleware.path,
            middleware.line,
        )
    if PACKAGES & stack.dependencies or any(SERVERS.search(path) for path in facts.tree.paths()):
        return None
    tree = application(facts)
    if any(
        True for _ in python_sources(tree, "django.views.static", "whitenoise", "storages.backends", "static.serve")
    ):
        return None
    return (
        "With debug off Django serves no static files, and nothing else here does: pages and the admin are bare.",
        apps.path,
        apps.line,
    )


def _serves_by_whitenoise(found: DjangoSettings) -> bool:
    middleware = found.settings.get("MIDDLEWARE")
    return middleware is not None and _names(middleware.value, "whitenoise.middleware.WhiteNoiseMiddleware")


def _names(node: ast.expr, text: str) -> bool:
    return any(isinstance(each, ast.Constant) and each.value == text for each in ast.walk(node))
