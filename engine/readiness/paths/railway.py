"""Railway: one container that runs on, built from the repository by Railpack or its Dockerfile."""

from collections.abc import Sequence

from engine.readiness.facts import Facts
from engine.readiness.finding import Finding
from engine.readiness.inspected import DeployPath, Limit, PathFile
from engine.readiness.paths import railway_limits as limits
from engine.readiness.paths.answer import UNKNOWN, Answer, deploy_path, environment_step, moved_databases
from engine.readiness.paths.application_needs import Kind, Needs
from engine.readiness.sources.application import application

#: Findings that keep a container from being reached: rule → what Railway makes of it.
UNREACHED = {
    "port-from-environment": "Railway routes to the port in `$PORT`",
    "listens-everywhere": "Railway reaches only what listens on 0.0.0.0 or ::",
    "dependency-file": "Railpack installs what a dependency file names",
}
PRICE = (
    "About $5 a month (Hobby plan: $5, which includes $5 of usage): 256 MB of memory and a little CPU at $10 a GB and "
    "$20 a vCPU a month stay within it."
)
STATIC_PRICE = "About $5 a month (Hobby plan: $5, which includes $5 of usage): serving files stays within it."


def railway(facts: Facts, needs: Needs, findings: Sequence[Finding]) -> DeployPath:
    """Whether and how Railway takes it."""
    return deploy_path("railway", "Railway", _answer(facts, needs, findings))


def _answer(facts: Facts, needs: Needs, findings: Sequence[Finding]) -> Answer:
    if needs.kind is Kind.NOTHING:
        return Answer(never=UNKNOWN, limits=(limits.LANGUAGES,))
    image = application(facts).read("Dockerfile") is not None
    missing = (
        *_start(needs, image=image),
        *_unreached(findings),
        *moved_databases(needs, "attach a volume where it lies, or use Railway's Postgres."),
        *_packages(needs, image=image),
    )
    files = _files(needs, image=image)
    steps = _steps(facts, needs, files)
    price = STATIC_PRICE if needs.kind in (Kind.STATIC, Kind.BUILT) else PRICE
    return Answer(missing=missing, steps=steps, files=files, price=price, limits=_known(needs, image=image))


def _start(needs: Needs, *, image: bool) -> tuple[str, ...]:
    if image or needs.kind in (Kind.STATIC, Kind.BUILT, Kind.RENDERED) or needs.start_written or needs.django:
        return ()
    if needs.procfile is not None:
        return ("Nothing in the repository says how it starts: add the Procfile.",)
    return ("Nothing in the repository says how it starts: Railpack would have to guess.",)


def _unreached(findings: Sequence[Finding]) -> tuple[str, ...]:
    firsts = {each.rule: each for each in reversed(findings) if each.rule in UNREACHED}
    return tuple(f"{UNREACHED[rule]}. {firsts[rule].message}" for rule in UNREACHED if rule in firsts)


def _packages(needs: Needs, *, image: bool) -> tuple[str, ...]:
    return () if image else tuple(f"{each} Add a Dockerfile that installs that." for each in needs.packages)


def _files(needs: Needs, *, image: bool) -> tuple[PathFile, ...]:
    return (needs.procfile,) if needs.procfile is not None and not image and not needs.django else ()


def _steps(facts: Facts, needs: Needs, files: tuple[PathFile, ...]) -> tuple[str, ...]:
    folder = "" if needs.root == "." else f" Set Root Directory to `{needs.root}`."
    hosts = "Add `.up.railway.app` and `healthcheck.railway.app` to `ALLOWED_HOSTS`."
    release = "Settings → Deploy → Pre-deploy Command: `python manage.py migrate`."
    path = facts.project.health_path or (facts.plan.health_path if facts.plan else "/")
    serves = needs.kind in (Kind.PYTHON, Kind.NODE, Kind.RENDERED, Kind.IMAGE)
    return (
        *(f"Add `{each.path}` (below), or write its command into Settings → Deploy → Start Command." for each in files),
        *((hosts,) if needs.django else ()),
        f"On railway.com: New Project → Deploy from GitHub repo.{folder}",
        *_folder_step(needs),
        *environment_step(needs, "Variables"),
        *((release,) if needs.django else ()),
        *_volume_step(needs),
        *(f"Add a second service from the same repository: {each.sentence}" for each in needs.background),
        *((f"Settings → Deploy → Healthcheck Path: `{path}`.",) if serves else ()),
        "Settings → Networking → Generate Domain.",
    )


def _folder_step(needs: Needs) -> tuple[str, ...]:
    if needs.kind is not Kind.STATIC or needs.pages in ("", "public"):
        return ()
    return (f"Settings → Source → Root Directory: `{needs.pages}`.",)


def _volume_step(needs: Needs) -> tuple[str, ...]:
    if not needs.file_databases:
        return ()
    return ("Right-click the service → Attach Volume, mounted at the folder of the database's file.",)


def _known(needs: Needs, *, image: bool) -> tuple[Limit, ...]:
    return (
        limits.IMAGE if image else limits.LANGUAGES,
        limits.PORT,
        limits.HEALTH,
        limits.RESOURCES,
        limits.REQUESTS,
        *((limits.SOCKETS,) if needs.sockets else ()),
        *((limits.VOLUMES, limits.ONE_VOLUME) if needs.file_databases else ()),
        *((limits.PROCFILE,) if needs.procfile is not None or needs.background else ()),
        *((limits.PRE_DEPLOY,) if needs.django else ()),
        limits.FILES,
        limits.PLANS,
        limits.USAGE,
    )
