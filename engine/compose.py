"""The composition root: settings, adapters and handlers become one Engine. Call it after a fork, never before."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from engine.deploy.drift import Drift
from engine.deploy.recheck import why_not
from engine.deploy.waiting import WaitingReleases
from engine.domain.job import JobKind
from engine.forge.clients import GitHubClients
from engine.forge.writing_github import GitHubWriting
from engine.front import Front, open_front
from engine.intake.handler import IntakeHandler
from engine.pipeline.build import BuildHandler
from engine.pipeline.cancel import CancelHandler
from engine.pipeline.remove import RemoveHandler
from engine.pipeline.revive import ReviveHandler
from engine.readiness.base import Bases
from engine.readiness.fix_handler import FixHandler
from engine.readiness.handler import InspectHandler
from engine.readiness.trial.trials import Trials
from engine.readiness.turning import EndingWaivers
from engine.reaper.reaper import Reaper
from engine.recovery.beats import beats_of
from engine.reports.deploy_render import RendersCommitComments, RendersDeployments, RendersDrifts, RendersGates
from engine.reports.github_check import GitHubCheck
from engine.reports.github_comment import GitHubComment
from engine.reports.github_commit_comment import GitHubCommitComment
from engine.reports.github_deployment import GitHubDeployment
from engine.reports.github_reaction import GitHubReaction
from engine.reports.links import Links
from engine.reports.port import Reporter
from engine.reports.readiness_github import GitHubReadiness
from engine.reports.readiness_marks import READINESS
from engine.reports.render import RendersChecks, RendersComments, RendersReadiness
from engine.reports.sender import Sender
from engine.reports.slack_home import SlackHome
from engine.reports.slack_message import SlackMessage
from engine.reports.slack_message_render import RendersMessages
from engine.reports.slack_readers import SlackReaders
from engine.reports.slack_reply import SlackReply
from engine.reports.slack_subjects import HOME, MESSAGE, REPLY
from engine.reports.subjects import CHECK, COMMENT, COMMIT, DEPLOYMENT, DRIFT, GATE, REACTION
from engine.rollout.handler import DeployHandler, RestartHandler, RetireHandler
from engine.rollout.proof import PublicAddress
from engine.rollout.tools import Tools
from engine.sandboxes.e2b import REQUEST_TIMEOUT, E2bHost, E2bSandboxes
from engine.sandboxes.port import Sandboxes
from engine.scan.gate import Gate
from engine.scan.scanner import scanner_of
from engine.scan.stored import StoredScans
from engine.settings import Settings
from engine.shell.real import RealShell
from engine.slack.client import SlackApi
from engine.source.mirrors import GitMirrors
from engine.store.database import Database
from engine.store.sql import SqlStore
from engine.targets.local import LocalTarget
from engine.wakeups.rq import RqWakeups
from engine.work.handler import Handler

#: Seconds for one call to the sandbox host where somebody waits, or others wait behind: quick jobs and loops.
QUICK = 5.0


@dataclass(frozen=True)
class Engine:
    """The engine's parts, joined, as the back room needs them."""

    settings: Settings
    database: Database
    store: SqlStore
    wakeups: RqWakeups
    handlers: Mapping[JobKind, Handler]
    sender: Sender
    #: What the clock's further loops do, by the name of their interval (`engine.settings.Intervals`).
    beats: Mapping[str, Callable[[], None]]


def compose(settings: Settings) -> Engine:
    """The engine over GitHub, SQL, Redis and the sandbox host. Raises ConfigurationError without a GitHub App."""
    front = open_front(settings)
    return Engine(
        settings=settings,
        database=front.database,
        store=front.store,
        wakeups=front.wakeups,
        handlers=handlers_of(front),
        sender=Sender(
            front.database,
            {**reporters_of(front.clients, Links(settings)), **slack_reporters_of(front)},
            front.clock,
            settings.intervals,
        ),
        beats={**beats_of(front), **deploy_beats_of(front), "reaper": reaper_of(front).beat},
    )


def handlers_of(front: Front) -> dict[JobKind, Handler]:
    """The code of each job kind."""
    settings = front.settings
    sandboxes, quick = sandboxes_of(settings), sandboxes_of(settings, QUICK)
    mirrors = GitMirrors(RealShell(), settings.data_dir / "mirrors")
    return {
        JobKind.INTAKE: IntakeHandler(front.database, front.forge, front.commits, front.variables, settings),
        JobKind.BUILD: BuildHandler(front.database, front.forge, mirrors, sandboxes, settings),
        JobKind.REMOVE: RemoveHandler(front.database, quick),
        JobKind.CANCEL: CancelHandler(front.database, quick, front.clock, settings.intervals),
        JobKind.REVIVE: ReviveHandler(front.database, sandboxes, settings),
        JobKind.FIX: FixHandler(
            front.database, front.forge, GitHubWriting(front.clients), mirrors, sandboxes, settings
        ),
        JobKind.INSPECT: inspect_handler_of(front, mirrors, sandboxes),
        **deploy_handlers_of(front, mirrors, sandboxes),
    }


def inspect_handler_of(front: Front, mirrors: GitMirrors, sandboxes: Sandboxes) -> InspectHandler:
    """What looks whether a commit is ready to ship."""
    database, settings = front.database, front.settings
    scans = scans_of(front)
    bases = Bases(database, front.commits, mirrors, scans, settings.intervals.scan_age)
    return InspectHandler(database, front.forge, mirrors, scans, bases, Trials(database, sandboxes, settings))


def deploy_handlers_of(front: Front, mirrors: GitMirrors, sandboxes: Sandboxes) -> dict[JobKind, Handler]:
    """The code of each job kind that works on an environment."""
    tools = Tools(
        database=front.database,
        forge=front.forge,
        source=mirrors,
        targets={"local": LocalTarget(sandboxes)},
        variables=front.variables,
        settings=front.settings,
        proof=PublicAddress(front.settings, front.database),
        recheck=partial(why_not, front.database, front.forge, front.commits),
        scan=gate_of(front, mirrors),
    )
    return {
        JobKind.DEPLOY: DeployHandler(tools),
        JobKind.RESTART: RestartHandler(tools),
        JobKind.RETIRE: RetireHandler(tools),
    }


def scans_of(front: Front) -> StoredScans:
    """The scans of commits, made where there is none."""
    return StoredScans(front.database, scanner_of(front.settings), front.settings.intervals.scan_age)


def gate_of(front: Front, mirrors: GitMirrors) -> Gate:
    """What scans a release before it is deployed."""
    return Gate(front.database, front.forge, front.commits, mirrors, scans_of(front), time.time)


def deploy_beats_of(front: Front) -> dict[str, Callable[[], None]]:
    """What the clock does for environments: whose turn has come, and which serve something else than they should; and
    for reports of readiness, whose waivers end.
    """
    intervals = front.settings.intervals
    drift, waivers = Drift(front.database, front.commits, intervals), EndingWaivers(front.database)

    def differs() -> None:
        waivers.beat()
        drift.beat()

    return {
        "waiting": WaitingReleases(front.database, front.commits, intervals, wakeups=front.wakeups).beat,
        "drift": differs,
    }


def reaper_of(front: Front) -> Reaper:
    """The loop that notices what nobody waits for."""
    quick = sandboxes_of(front.settings, QUICK)
    intervals = front.settings.intervals
    return Reaper(front.database, quick, front.wakeups, front.clock, intervals, variables=front.variables)


def sandboxes_of(settings: Settings, request_timeout: float = REQUEST_TIMEOUT) -> E2bSandboxes:
    """The sandboxes; a call to their host takes `request_timeout` seconds at most."""
    host = E2bHost(
        api_key=settings.e2b_api_key,
        url=settings.sandbox_url,
        data_dir=settings.data_dir if settings.sandbox_url else None,
        template=settings.e2b_template,
        request_timeout=request_timeout,
    )
    return E2bSandboxes(host)


def reporters_of(clients: GitHubClients, links: Links) -> dict[str, Reporter]:
    """Where reports are mirrored to."""
    return {
        CHECK: GitHubCheck(clients, RendersChecks(links)),
        COMMENT: GitHubComment(clients, RendersComments(links)),
        REACTION: GitHubReaction(clients),
        DEPLOYMENT: GitHubDeployment(clients, RendersDeployments(links)),
        GATE: GitHubCheck(clients, RendersGates(links)),
        DRIFT: GitHubCheck(clients, RendersDrifts(links)),
        COMMIT: GitHubCommitComment(clients, RendersCommitComments(links)),
        READINESS: GitHubReadiness(clients, RendersReadiness(links)),
    }


def slack_reporters_of(front: Front) -> dict[str, Reporter]:
    """Where reports are mirrored to in Slack; nowhere without a Slack app."""
    settings = front.settings
    if settings.slack is None:
        return {}
    api = SlackApi(settings.slack, front.database, front.variables.vault)
    links = Links(settings)
    return {
        MESSAGE: SlackMessage(api, RendersMessages(links), SlackReaders(front.database, front.permissions)),
        HOME: SlackHome(api, front.permissions, links),
        REPLY: SlackReply(api, settings.public_url),
    }
