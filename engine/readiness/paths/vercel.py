"""Vercel: pages from its network, everything else as functions that end with their request."""

from collections.abc import Sequence

from engine.readiness.facts import Facts
from engine.readiness.finding import Finding
from engine.readiness.inspected import DeployPath, Limit
from engine.readiness.paths import vercel_limits as limits
from engine.readiness.paths.answer import UNKNOWN, Answer, deploy_path, environment_step, moved_databases
from engine.readiness.paths.application_needs import Kind, Needs
from engine.readiness.paths.vercel_entry import Entry, express_entry, python_entry

#: Python frameworks that speak neither WSGI nor ASGI, or want a server of their own.
OWN_SERVER = frozenset({"aiohttp", "tornado", "streamlit", "gradio"})
#: Node frameworks that Vercel's documentation lists beside Express.
NODE_PRESETS = frozenset({"express", "hono", "fastify", "nest", "koa"})
PERSONAL = "Nothing on the Hobby plan (personal, non-commercial); else $20 a month for the first seat of the Pro plan, "
PRICE = PERSONAL + "which includes $20 of usage: a small application stays within it."
IMAGE = "(public beta)"
MEMORY_HOBBY, MEMORY_PRO = 2048, 4096


def vercel(facts: Facts, needs: Needs, _findings: Sequence[Finding]) -> DeployPath:
    """Whether and how Vercel takes it."""
    return deploy_path("vercel", "Vercel", _answer(facts, needs))


def _answer(facts: Facts, needs: Needs) -> Answer:
    if needs.kind is Kind.NOTHING:
        return Answer(never=UNKNOWN, limits=(limits.HOBBY,))
    if needs.memory_mb is not None and needs.memory_mb > MEMORY_PRO:
        rest = f"It holds {needs.memory_mb:.0f} MB at rest, and a function has at most {MEMORY_PRO} MB."
        return Answer(never=rest, price=PRICE, limits=(limits.MEMORY,))
    if needs.kind in (Kind.STATIC, Kind.BUILT, Kind.RENDERED):
        return _pages(needs)
    return _functions(needs, _entry(facts, needs))


def _pages(needs: Needs) -> Answer:
    """Vercel's own trade: frameworks are found, files are served."""
    rendered = needs.kind is Kind.RENDERED
    known = (limits.HOBBY, limits.PRO, *((limits.NODE, limits.DURATION) if rendered else ()))
    chosen = needs.kind is Kind.STATIC and needs.pages not in ("", "public")
    steps = (
        *_import(needs),
        *((f"Settings → Build and Deployment → Output Directory: `{needs.pages}`.",) if chosen else ()),
        *environment_step(needs, "Settings → Environment Variables"),
        "Deploy. Each push to the default branch deploys again, each pull request gets a preview.",
    )
    missing = moved_databases(needs, "a function's disk isn't kept: use a hosted database.") if rendered else ()
    return Answer(missing=missing, steps=steps, price=PRICE, limits=known)


def _entry(facts: Facts, needs: Needs) -> Entry:
    """How Vercel finds what answers requests."""
    frameworks = needs.stack.frameworks
    if needs.kind is Kind.IMAGE:
        return _as_image("Only a Dockerfile says how it runs", (limits.IMAGES,))
    if needs.kind is Kind.PYTHON:
        own = sorted(frameworks & OWN_SERVER)
        if own:
            return _as_image(f"{own[0]} speaks neither WSGI nor ASGI", (limits.PYTHON, limits.IMAGES))
        if needs.django:
            return Entry(limits=(limits.PYTHON, limits.DJANGO))
        return python_entry(facts, needs)
    if "express" in frameworks:
        return express_entry(facts)
    if frameworks & NODE_PRESETS:
        return Entry(limits=(limits.NODE,))
    return _as_image("It is no framework that Vercel recognises", (limits.NODE, limits.IMAGES))


def _as_image(why: str, known: tuple[Limit, ...]) -> Entry:
    sentence = f"{why}: it needs a `Dockerfile.vercel` {IMAGE} whose server listens on `$PORT`."
    return Entry(missing=(sentence,), limits=known)


def _functions(needs: Needs, entry: Entry) -> Answer:
    missing = (
        *entry.missing,
        *moved_databases(needs, "a function's disk isn't kept: use a hosted database, such as Postgres."),
        *(f"{each.sentence} Make it a Daemon {IMAGE} or a scheduled request." for each in needs.background),
        *(f"{each} That takes a `Dockerfile.vercel` {IMAGE}." for each in needs.packages),
        *(f"`{each}` alone is larger than a Python function may be (500 MB)." for each in needs.heavy),
        *_memory(needs),
    )
    return Answer(
        missing=missing, steps=_steps(needs, entry), files=entry.files, price=PRICE, limits=_known(needs, entry)
    )


def _memory(needs: Needs) -> tuple[str, ...]:
    if needs.memory_mb is None or needs.memory_mb <= MEMORY_HOBBY:
        return ()
    return (f"It holds {needs.memory_mb:.0f} MB at rest: only the Pro plan's functions have more than 2 GB.",)


def _steps(needs: Needs, entry: Entry) -> tuple[str, ...]:
    host = ("Add `.vercel.app` to `ALLOWED_HOSTS`.",) if needs.django else ()
    sockets = "Let clients of its WebSockets connect again by themselves: a connection ends with its function."
    migrated = "Run `python manage.py migrate` against its database before each deploy that brings migrations."
    moved = "Point the database's settings at a hosted one (Storage → Postgres) and create its tables there."
    return (
        *(f"Add `{each.path}` (below)." for each in entry.files),
        *host,
        *_import(needs),
        *environment_step(needs, "Settings → Environment Variables"),
        *((moved,) if needs.file_databases else ()),
        *((migrated,) if needs.django else ()),
        *((sockets,) if needs.sockets else ()),
        "Deploy (`vercel deploy --prod`, or push to the default branch).",
    )


def _import(needs: Needs) -> tuple[str, ...]:
    folder = "" if needs.root == "." else f", Root Directory `{needs.root}`"
    return (f"On vercel.com: Add New → Project, and import the repository{folder}.",)


def _known(needs: Needs, entry: Entry) -> tuple[Limit, ...]:
    return (
        *entry.limits,
        limits.SIZE,
        limits.MEMORY,
        limits.DURATION,
        limits.BODY,
        limits.DISK,
        *((limits.SOCKETS,) if needs.sockets else ()),
        *((limits.DAEMONS,) if needs.background else ()),
        *((limits.IMAGES,) if needs.packages and limits.IMAGES not in entry.limits else ()),
        limits.HOBBY,
        limits.PRO,
    )
