"""Every deploy path, in the order in which they are told."""

from collections.abc import Callable, Sequence

from engine.readiness.facts import Facts
from engine.readiness.finding import Finding
from engine.readiness.inspected import DeployPath
from engine.readiness.paths.application_needs import Needs, needs_of
from engine.readiness.paths.aws import aws
from engine.readiness.paths.railway import railway
from engine.readiness.paths.vercel import vercel

#: What judges one platform. A new one: write its file, add its line.
PLATFORMS: tuple[Callable[[Facts, Needs, Sequence[Finding]], DeployPath], ...] = (vercel, railway, aws)


def deploy_paths(facts: Facts, findings: Sequence[Finding]) -> tuple[DeployPath, ...]:
    """Each platform's answer for these facts. Pure."""
    needs = needs_of(facts, findings)
    return tuple(platform(facts, needs, findings) for platform in PLATFORMS)
