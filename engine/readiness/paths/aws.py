"""AWS: Elastic Beanstalk for what runs on, Amplify Hosting for pages."""

from collections.abc import Sequence

from engine.readiness.facts import Facts
from engine.readiness.finding import Finding
from engine.readiness.inspected import DeployPath
from engine.readiness.paths import aws_limits as limits
from engine.readiness.paths.amplify import amplify
from engine.readiness.paths.answer import UNKNOWN, Answer, deploy_path
from engine.readiness.paths.application_needs import Kind, Needs
from engine.readiness.paths.beanstalk import beanstalk

# App Runner would be the nearest thing, but takes no new customers; ECS Express Mode, which AWS names instead, wants
# an image in a registry and brings a load balancer: Beanstalk takes the repository as it is, on one small machine.


def aws(facts: Facts, needs: Needs, findings: Sequence[Finding]) -> DeployPath:
    """Whether and how AWS takes it, by the service that fits best."""
    match needs.kind:
        case Kind.NOTHING:
            return deploy_path("aws", "AWS", Answer(never=UNKNOWN, limits=(limits.APP_RUNNER,)))
        case Kind.STATIC | Kind.BUILT | Kind.RENDERED:
            return deploy_path("aws", "AWS (Amplify Hosting)", amplify(needs))
        case Kind.PYTHON | Kind.NODE | Kind.IMAGE:
            return deploy_path("aws", "AWS (Elastic Beanstalk)", beanstalk(facts, needs, findings))
