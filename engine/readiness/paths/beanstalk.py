"""Elastic Beanstalk: one EC2 machine (or several behind a load balancer) with nginx before the application."""

from collections.abc import Sequence

from engine.readiness.facts import Facts
from engine.readiness.finding import Finding
from engine.readiness.inspected import Limit, PathFile
from engine.readiness.paths import aws_limits as limits
from engine.readiness.paths.answer import Answer, environment_step, moved_databases
from engine.readiness.paths.application_needs import Kind, Needs
from engine.readiness.sources.application import in_repository

PRICE = (
    "About $12 a month: one t3.micro ($0.0104 an hour), 8 GB of gp3 disk ($0.08 a GB) and one public IPv4 address "
    "($0.005 an hour) in us-east-1, without a load balancer; Elastic Beanstalk itself costs nothing."
)
PORT_FILE = ".ebextensions/port.config"
PORT_TEXT = "option_settings:\n  aws:elasticbeanstalk:application:environment:\n    PORT: 8000\n"
#: A t3.micro's, without what the system itself holds.
MEMORY_MB = 700


def beanstalk(facts: Facts, needs: Needs, findings: Sequence[Finding]) -> Answer:
    """What stands in the way there, and how it is done."""
    files = _files(facts, needs)
    return Answer(
        missing=(*_start(needs), *_port(findings), *_durable(needs), *_machine(needs), *_beside(needs)),
        steps=_steps(needs, files),
        files=files,
        price=PRICE if not _large(needs) else PRICE.replace("About $12", "More than $12"),
        limits=_known(needs),
    )


def _start(needs: Needs) -> tuple[str, ...]:
    if needs.kind is Kind.IMAGE or needs.start_written:
        return ()
    if needs.procfile is not None:
        return ("Nothing in the repository says how it starts: add the Procfile.",)
    if needs.kind is Kind.NODE:
        return ("Nothing in the repository says how it starts: add a `start` script or a Procfile.",)
    return ("Nothing in the repository says how it starts: Elastic Beanstalk would look for application.py.",)


def _port(findings: Sequence[Finding]) -> tuple[str, ...]:
    found = next((each for each in findings if each.rule == "port-from-environment"), None)
    return () if found is None else (f"nginx hands requests to the port in `PORT`. {found.message}",)


def _durable(needs: Needs) -> tuple[str, ...]:
    return moved_databases(needs, "it is gone with its machine: use Amazon RDS, or a file system of Amazon EFS.")


def _machine(needs: Needs) -> tuple[str, ...]:
    packages = needs.packages if needs.kind is not Kind.IMAGE else ()
    return tuple(f"{each} Name the packages under `packages: yum:` in a file of `.ebextensions/`." for each in packages)


def _beside(needs: Needs) -> tuple[str, ...]:
    """Lines of the Procfile run on the same machine; a worker that none starts has to be given one."""
    return tuple(f"{each.sentence} Give it a line of the Procfile." for each in needs.background if not each.started)


def _files(facts: Facts, needs: Needs) -> tuple[PathFile, ...]:
    if needs.kind is Kind.IMAGE:
        return ()
    own = (needs.procfile,) if needs.procfile is not None and not needs.start_written else ()
    says_port = any(
        b"PORT" in (facts.tree.read(path) or b"") for path in facts.tree.paths() if ".ebextensions/" in path
    )
    return own if says_port else (*own, PathFile(in_repository(facts, PORT_FILE), PORT_TEXT))


def _steps(needs: Needs, files: tuple[PathFile, ...]) -> tuple[str, ...]:
    platform = {Kind.PYTHON: "Python", Kind.NODE: "Node.js"}.get(needs.kind, "Docker")
    inside = "" if needs.root == "." else f" in `{needs.root}/`"
    larger = "t3.micro" if not _large(needs) else "t3.small"
    release = (
        "Run `python manage.py migrate` as a `container_commands` entry (`leader_only: true`) of `.ebextensions/`."
    )
    return (
        *(f"Add `{each.path}` (below)." for each in files),
        f"Install the EB CLI and run `eb init`{inside}: your region, platform {platform} on Amazon Linux 2023.",
        f"`eb create NAME --single --instance-type {larger}`: one machine, no load balancer.",
        *environment_step(needs, "`eb setenv NAME=value …`"),
        *((release, "Add `.elasticbeanstalk.com` to `ALLOWED_HOSTS`.") if needs.django else ()),
        "Commit, then `eb deploy`; `eb open` shows it. HTTPS needs a load balancer or a certificate on the machine.",
    )


def _large(needs: Needs) -> bool:
    return bool(needs.heavy) or (needs.memory_mb is not None and needs.memory_mb > MEMORY_MB)


def _known(needs: Needs) -> tuple[Limit, ...]:
    starts = {Kind.PYTHON: (limits.PYTHON_START,), Kind.NODE: (limits.NODE_START,)}.get(needs.kind, ())
    return (
        limits.PLATFORMS,
        *starts,
        limits.PORT,
        limits.BUNDLE,
        *((limits.DURABLE,) if needs.file_databases else ()),
        *((limits.PROCESSES,) if needs.background else ()),
        limits.APP_RUNNER,
        limits.EXPRESS_MODE,
        limits.FREE,
        limits.MACHINE,
        limits.ADDRESS,
    )
