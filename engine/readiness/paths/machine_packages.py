"""Programs and libraries of the operating system that an application's packages call."""

from engine.readiness.facts import Facts
from engine.readiness.sources.application import in_repository
from engine.readiness.sources.stack import Stack

#: Package → what must be on the machine beside it. Only what its own documentation asks for.
NEEDS = {
    "pdf2image": "Poppler on the machine",
    "pytesseract": "Tesseract on the machine",
    "weasyprint": "Pango on the machine",
    "python-magic": "libmagic on the machine",
    "mysqlclient": "the MySQL client's headers and a C compiler where it is installed",
    "psycopg2": "libpq's headers and a C compiler where it is installed (`psycopg2-binary` doesn't)",
    "python-ldap": "OpenLDAP's headers and a C compiler where it is installed",
    "pydub": "FFmpeg on the machine",
    "moviepy": "FFmpeg on the machine",
    "fluent-ffmpeg": "FFmpeg on the machine",
    "puppeteer": "Chromium's libraries on the machine",
    "playwright": "a browser and its libraries on the machine",
}


def machine_packages(facts: Facts, stack: Stack) -> tuple[str, ...]:
    """One sentence each, with the first place that names it."""
    first = {each.name: each for each in reversed(stack.required) if each.name in NEEDS}
    return tuple(
        f"`{name}` (`{in_repository(facts, first[name].path)}:{first[name].line}`) needs {words}."
        for name, words in NEEDS.items()
        if name in first
    )
