"""What one `slipway up` runs: settings of all rooms, and each room's command line and environment."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cli.up import probes, redis_server
from cli.up.instance import Instance
from cli.up.room import RoomSpec
from engine.errors import ConfigurationError
from engine.forge.manifest import SUBSCRIBED, needed_permissions
from engine.settings import GITHUB_NAMES, Reader, Settings, read_settings
from engine.slack.manifest import EVENTS_PATH

#: What the rooms that run other people's code or no code of ours must not hold.
OURS = ("GITHUB_", "SLACK_", "AWS_", "E2B_", "DATABASE_URL", "REDIS_URL", "SECRET_KEYS", "GROQ_")
#: The playground refuses settings that it doesn't know, and reads nothing else of ours.
PLAYGROUND = "PLAYGROUND_"
#: What may be asked of it from outside (docs/playground.md); the rest follows from the house.
ASKED_OF_IT = ("PLAYGROUND_FAULTS", "PLAYGROUND_LIMITS", "PLAYGROUND_RECORD", "PLAYGROUND_WEBHOOKS")


#: Any of these set means that a GitHub App is wanted, if only in part.
OF_THE_APP = (*GITHUB_NAMES, "GITHUB_WEBHOOK_SECRET_OLD", "GITHUB_API_URL", "GITHUB_WEB_URL")


@dataclass(frozen=True)
class House:
    """One running Slipway's settings."""

    settings: Settings
    instance: Instance
    playground_port: int
    #: None: `REDIS_URL` names one that runs elsewhere.
    socket: Path | None
    #: What every room gets, beside its own.
    environment: Mapping[str, str] = field(repr=False)

    @property
    def data_dir(self) -> Path:
        """The data folder."""
        return self.settings.data_dir

    @property
    def with_playground(self) -> bool:
        """True when no setting of the GitHub App is set; other tools' GITHUB_TOKEN and its like are none of it."""
        return not any(self.environment.get(name, "").strip() for name in OF_THE_APP)

    @property
    def plays_slack(self) -> bool:
        """True when the playground's Slack is used: no Slack app of one's own is set."""
        return self.with_playground and self.settings.slack is None

    @property
    def with_sandboxes(self) -> bool:
        """True when previews run on this machine."""
        return bool(self.settings.sandbox_url)

    def ports(self) -> dict[str, int]:
        """The ports that must be free, by their settings."""
        ports = {"PORT": self.settings.port, "GATEWAY_PORT": self.settings.gateway_port}
        if self.with_playground:
            ports["PLAYGROUND_PORT"] = self.playground_port
        if self.with_sandboxes:
            ports["SANDBOXD_PORT"] = self.settings.sandboxd_port
        return ports


def read_house(environ: Mapping[str, str], instance: Instance, data_dir: Path, address: Path) -> House:
    """The house that `environ` describes, with a Redis of its own at `address` unless it names one.

    Raises ConfigurationError with every problem.
    """
    reader = Reader(environ)
    own = {
        "SANDBOXD_API_KEY": instance.sandboxd_api_key,
        "REDIS_URL": redis_server.redis_url(address),
        # Somebody waits at the terminal: a job under way is given back and goes on at the next start.
        "SLIPWAY_DRAIN_SECONDS": "1.5",
    }
    environment = dict(environ) | {name: value for name, value in own.items() if not reader.text(name)}
    environment["PYTHONUNBUFFERED"] = "1"
    # What the kept keys sealed stays readable under a key of one's own, which comes first.
    environment["SECRET_KEYS"] = ",".join(filter(None, (reader.text("SECRET_KEYS"), instance.secret_keys)))
    problems = []
    try:
        settings = read_settings(environment)
    except ConfigurationError as error:
        problems = error.problems
    playground_port = reader.whole("PLAYGROUND_PORT", int_or(reader.text("PORT"), 8080) + 2, at_least=1, at_most=65535)
    problems += reader.problems
    if problems:
        raise ConfigurationError(problems)
    environment |= {
        "DATA_DIR": str(data_dir),
        "PORT": str(settings.port),
        "GATEWAY_PORT": str(settings.gateway_port),
        "SANDBOXD_PORT": str(settings.sandboxd_port),
    }
    return House(settings, instance, playground_port, None if reader.text("REDIS_URL") else address, environment)


def int_or(text: str, default: int) -> int:
    """A whole number, or `default`; what is wrong with it is told by `read_settings`."""
    return int(text) if text.isascii() and text.isdigit() else default


def redis_room(house: House, server: redis_server.RedisServer, address: Path) -> RoomSpec:
    """The embedded Redis."""
    argv = redis_server.redis_argv(server, address, house.data_dir)
    return RoomSpec("redis", argv, {}, lambda: redis_server.answers(address), grace=1, loud=False)


def playground_room(house: House) -> RoomSpec:
    """The GitHub on localhost."""
    environment = without(house.environment, (*OURS, "SANDBOXD_API_KEY", PLAYGROUND)) | {
        "PLAYGROUND_PORT": str(house.playground_port),
        # The App on this machine has what `app.yml` asks for, no more: a missing permission shows here first.
        "PLAYGROUND_APP_PERMISSIONS": " ".join(f"{name}:{level}" for name, level in needed_permissions().items()),
        "PLAYGROUND_APP_EVENTS": " ".join(SUBSCRIBED),
        "PLAYGROUND_WEBHOOK_URL": f"http://{shown(loopback(house))}:{house.settings.port}/webhooks/github",
        "PLAYGROUND_SLACK_URL": f"http://{shown(loopback(house))}:{house.settings.port}{EVENTS_PATH}",
        "PLAYGROUND_BOT_URL": house.settings.public_url,
    }
    environment |= {name: house.environment[name] for name in ASKED_OF_IT if name in house.environment}
    healthy = probes.http_ok("127.0.0.1", house.playground_port, "/healthz")
    return RoomSpec("playground", python("playground"), environment, healthy, grace=1.5)


def sandboxes_room(house: House) -> RoomSpec:
    """The sandbox host. It runs other people's code, so it gets nothing that it doesn't need."""
    environment = without(house.environment, (*OURS, PLAYGROUND))
    healthy = probes.http_ok("127.0.0.1", house.settings.sandboxd_port, "/health")
    return RoomSpec("sandboxes", python("worker.sandboxd"), environment, healthy, grace=1.5)


def rooms_of(house: House, github: Mapping[str, str]) -> list[RoomSpec]:
    """The rooms of Slipway itself; `github` holds what the playground says of the App."""
    settings = house.settings
    environment = without(house.environment, (PLAYGROUND,)) | dict(github)
    web = probes.http_ok(loopback(house), settings.port, "/healthz")
    gateway = probes.open_port(loopback(house), settings.gateway_port)
    given_back = settings.intervals.drain + 3
    return [
        RoomSpec("web", python("bot"), environment, web),
        # Strangers talk to it, and it opens no variable and speaks to no workspace.
        RoomSpec("gateway", python("bot.gateway"), without(environment, ("SECRET_KEYS", "SLACK_")), gateway),
        RoomSpec("worker", python("worker"), environment, probes.always, given_back, "worker.started"),
        RoomSpec("clock", python("worker.clock"), environment, probes.always, starting_word="clock.started"),
    ]


def loopback(house: House) -> str:
    """Where this machine reaches the front door."""
    return probes.loopback_of(house.settings.host)


def shown(host: str) -> str:
    """A host as addresses write it."""
    return f"[{host}]" if ":" in host else host


def python(module: str) -> tuple[str, ...]:
    """A module of ours as a program. -P: a folder where somebody types `slipway up` may hold a `bot` of its own."""
    return (sys.executable, "-P", "-m", module)


def without(environment: Mapping[str, str], prefixes: tuple[str, ...]) -> dict[str, str]:
    """The variables that begin with none of `prefixes`."""
    return {name: value for name, value in environment.items() if not name.startswith(prefixes)}
