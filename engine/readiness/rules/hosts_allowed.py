"""Django answers to its own names, and to no other."""

from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Broken, Example, Hit, Kept, NotApplicable, NotLooked, Rule, Verdict
from engine.readiness.sources.django_settings import UNNAMED, django_settings
from engine.readiness.sources.python_values import Unknown, value_of
from engine.readiness.sources.stack import stack_of

HERE = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "[::1]", "::1", ".localhost", "testserver"})  # noqa: S104 - names


def check(facts: Facts) -> Verdict:
    """ALLOWED_HOSTS of the settings module that wsgi.py names."""
    if "django" not in stack_of(facts).frameworks:
        return NotApplicable()
    found = django_settings(facts)
    if found is None:
        return NotLooked(UNNAMED)
    setting = found.settings.get("ALLOWED_HOSTS")
    if found.open_end or (setting is not None and not setting.sure):
        return Kept()
    if setting is None:
        message = "ALLOWED_HOSTS isn't set: with debug off, every request is answered 400."
        return Broken((Hit(message, found.path, key="ALLOWED_HOSTS"),))
    value = value_of(setting.value, setting.names)
    message = "" if isinstance(value, Unknown) else _problem(value.value)
    return Broken((Hit(message, setting.path, setting.line, key="ALLOWED_HOSTS"),)) if message else Kept()


def _problem(value: object) -> str:
    hosts = (value,) if isinstance(value, str) else value
    if not isinstance(hosts, tuple):
        return ""
    if "*" in hosts:
        return "ALLOWED_HOSTS takes every name: links in its mails and pages can be made to lead elsewhere."
    if not hosts or hosts == ("",):
        return "ALLOWED_HOSTS is empty: with debug off, every request is answered 400."
    if HERE.issuperset(hosts):
        return "ALLOWED_HOSTS names only this machine: where it is deployed, every request is answered 400."
    return ""


FILES = {
    "requirements.txt": "django==5.1\n",
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
}
RULE = Rule(
    id="hosts-allowed",
    title="Allowed hosts are named",
    severity=Severity.WARNING,
    why="With debug off Django answers only to these names; with `*`, whoever asks chooses the host that its links "
    "name.",
    fix='Read them from the environment: `ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",")`.',
    link="https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts",
    check=check,
    good=Example({**FILES, "shop/settings.py": 'ALLOWED_HOSTS = ["shop.example"]\n'}),
    bad=Example({**FILES, "shop/settings.py": 'DEBUG = False\nALLOWED_HOSTS = ["*"]\n'}),
    details="Looked at: ALLOWED_HOSTS in the settings module that wsgi.py (else asgi.py, manage.py) names, with what it"
    " imports whole. What comes from the environment, or is decided by an `if`, is kept.",
)
