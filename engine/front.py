"""What the doors (web, gateway) need of the engine: no handlers, no sandboxes, so that they start quickly."""

from dataclasses import dataclass

from engine.access.permissions import Permissions
from engine.errors import ConfigurationError
from engine.forge.clients import GitHubClients
from engine.forge.commits_github import GitHubCommits
from engine.forge.github import GitHubForge
from engine.settings import GITHUB_NAMES, GitHubApp, Secret, Settings
from engine.store.clock import LeaseClock, clock_for
from engine.store.creations import SqlCreations
from engine.store.database import Database
from engine.store.generations import ACCESS, TOKENS, Watch
from engine.store.sql import SqlStore
from engine.variables.variables import Variables, variables_of
from engine.variables.worked_with import WORKED_WITH
from engine.wakeups.rq import RqWakeups


@dataclass(frozen=True)
class Front:
    """The engine as a door sees it. Made once in a process, after its fork."""

    settings: Settings
    database: Database
    clock: LeaseClock
    wakeups: RqWakeups
    store: SqlStore
    app: GitHubApp
    clients: GitHubClients
    forge: GitHubForge
    commits: GitHubCommits
    permissions: Permissions
    variables: Variables


def open_front(settings: Settings) -> Front:
    """Joins the adapters that every room needs. Raises ConfigurationError without a GitHub App."""
    if settings.github is None:
        raise ConfigurationError(
            [f"{name}: not set. This room needs a GitHub App; see docs/install.md." for name in GITHUB_NAMES]
        )
    WORKED_WITH.remember(own_secrets(settings, settings.github))
    database = Database(settings.database_url)
    clock = clock_for(database)
    longest = max(settings.intervals.build_deadline, settings.intervals.deploy_deadline)
    wakeups = RqWakeups(settings.redis_url, job_timeout=longest)
    clients = GitHubClients(settings.github, creations=SqlCreations(database), generation=Watch(database, TOKENS))
    forge = GitHubForge(clients)
    return Front(
        settings=settings,
        database=database,
        clock=clock,
        wakeups=wakeups,
        store=SqlStore(database, settings.intervals, wakeups=wakeups, clock=clock),
        app=settings.github,
        clients=clients,
        forge=forge,
        commits=GitHubCommits(clients),
        permissions=Permissions(forge, settings.intervals.permission, generation=Watch(database, ACCESS)),
        variables=variables_of(settings),
    )


def own_secrets(settings: Settings, app: GitHubApp) -> tuple[Secret, ...]:
    """What this process holds itself: its logs never show it."""
    of_the_app = (app.client_secret, app.private_key, *app.webhook_secrets)
    slack = settings.slack
    of_slack = (slack.client_secret, *slack.signing_secrets) if slack is not None else ()
    addresses = (Secret(settings.database_url), Secret(settings.redis_url))
    passwords = tuple(each for each in addresses if "@" in each.reveal())
    return (*settings.secret_keys, settings.e2b_api_key, *of_the_app, *of_slack, *passwords)
