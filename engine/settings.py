"""Settings: read once, strictly, from a mapping. Every problem is listed at once, and the process refuses to start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from engine import database_url
from engine.errors import ConfigurationError
from engine.settings_apps import GITHUB_NAMES, KNOWN_DEFAULTS, SLACK_NAMES, GitHubApp, SlackApp, read_github, read_slack
from engine.settings_reader import Reader, Secret

__all__ = [
    "GITHUB_NAMES",
    "KNOWN_DEFAULTS",
    "SLACK_NAMES",
    "GitHubApp",
    "Intervals",
    "Reader",
    "Secret",
    "Settings",
    "SlackApp",
    "read_settings",
]


@dataclass(frozen=True)
class Intervals:
    """How often and how long, in seconds; each is a setting so that tests run fast (`SLIPWAY_<NAME>_SECONDS`)."""

    lease: float = 30.0
    heartbeat: float = 10.0
    poke: float = 2.0
    outbox: float = 0.2
    deadlines: float = 10.0
    runner: float = 5.0
    #: Before a job's second try; the third waits 4 times as long, in an outage of others 24 times.
    retry: float = 2.0
    #: How long a worker that was told to stop lets its job go on before it gives it back.
    drain: float = 6.0
    routes: float = 0.25
    permission: float = 60.0
    build_deadline: float = 900.0
    #: Between two looks for deliveries that GitHub couldn't hand over.
    missed: float = 60.0
    #: Between two comparisons of open pull requests and installations with what we know.
    sweep: float = 600.0
    #: Between two looks for applications that died, sandboxes nobody needs, and ends that aren't proven.
    reaper: float = 10.0
    vacuum: float = 3600.0
    #: How long deliveries that were handled, jobs that are over, and logs of previews that are gone are kept.
    keep_deliveries: float = 14 * 86_400.0
    keep_jobs: float = 14 * 86_400.0
    keep_logs: float = 30 * 86_400.0
    #: Between two looks at releases that wait for something, and at locks whose lease is over.
    waiting: float = 5.0
    #: Between two comparisons of branch heads with what environments serve, and how long they may differ.
    drift: float = 60.0
    drift_after: float = 900.0
    #: How long a deploy's job may take, release command and health included.
    deploy_deadline: float = 1800.0
    #: How long a lock that a person took lasts unless it is taken again.
    lock: float = 86_400.0
    #: How long an inspection may take, and for how long a scan of the same commit counts.
    inspect_deadline: float = 600.0
    scan_age: float = 21_600.0
    #: How long the version before goes on after the switch, so that its last requests end.
    release_drain: float = 5.0


@dataclass(frozen=True)
class Settings:
    """Everything that a room needs to know to start."""

    data_dir: Path
    #: May hold a password.
    database_url: str = field(repr=False)
    redis_url: str
    host: str
    port: int
    gateway_port: int
    sandboxd_port: int
    #: Where people open Slipway, without a slash at the end.
    public_url: str
    #: Previews live at `<label>.<preview_domain>`; `preview_url_base` says how a link is written.
    preview_domain: str
    preview_scheme: str
    #: Port shown in preview links; 0 when it is the scheme's own.
    preview_public_port: int
    #: Releases live at `<label>.<release_domain>`, under the same scheme and port.
    release_domain: str
    github: GitHubApp | None
    e2b_api_key: Secret
    #: Empty: E2B's cloud. Else our own sandbox host.
    sandbox_url: str
    e2b_template: str
    startup_timeout: float
    memory_limit_mb: int
    share_ttl: float
    session_ttl: float
    workers: int
    #: No webhook reaches this Slipway (a bot behind NAT): everything comes through the missed deliveries.
    polling_only: bool
    #: Keys that seal variables, newest first (Fernet keys); none: variables can't be set.
    secret_keys: tuple[Secret, ...] = ()
    slack: SlackApp | None = None
    #: Where known vulnerabilities are asked for (OSV's API, https://google.github.io/osv.dev/api/), without a slash
    #: at its end.
    osv_url: str = "https://api.osv.dev"
    intervals: Intervals = field(default_factory=Intervals)

    def preview_url(self, label: str) -> str:
        """The address of a preview, ending in a slash."""
        port = f":{self.preview_public_port}" if self.preview_public_port else ""
        return f"{self.preview_scheme}://{label}.{self.preview_domain}{port}/"

    def release_url(self, label: str) -> str:
        """The address of an environment, ending in a slash."""
        port = f":{self.preview_public_port}" if self.preview_public_port else ""
        return f"{self.preview_scheme}://{label}.{self.release_domain}{port}/"

    @property
    def secure_cookies(self) -> bool:
        """True on HTTPS, where cookies are `__Host-` and Secure."""
        return self.public_url.startswith("https://")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from `environ`. Raises ConfigurationError with every problem."""
    reader = Reader(environ)
    data_dir = Path(reader.text("DATA_DIR", ".slipway")).absolute()
    port = reader.whole("PORT", 8080, at_least=1, at_most=65535)
    gateway_port = reader.whole("GATEWAY_PORT", port + 1, at_least=1, at_most=65535)
    sandboxd_port = reader.whole("SANDBOXD_PORT", port + 3, at_least=1, at_most=65535)
    public_url = reader.url("PUBLIC_URL", f"http://localhost:{port}")
    scheme = urlsplit(public_url).scheme or "http"
    own_ports = {"http": 80, "https": 443}
    polling_only = reader.switch("POLLING_ONLY")
    shown = reader.whole("PREVIEW_PUBLIC_PORT", gateway_port if scheme == "http" else 443, at_least=1, at_most=65535)
    preview_domain = reader.text("PREVIEW_DOMAIN", "localhost").lower().strip(".")
    github = read_github(reader, polling_only=polling_only)
    secret_keys = _secret_keys(reader)
    settings = Settings(
        data_dir=data_dir,
        database_url=_database_url(reader, data_dir),
        redis_url=reader.text("REDIS_URL", f"unix://{data_dir}/redis.sock"),
        host=reader.text("HOST", "127.0.0.1"),
        port=port,
        gateway_port=gateway_port,
        sandboxd_port=sandboxd_port,
        public_url=public_url,
        preview_domain=preview_domain,
        preview_scheme=scheme,
        preview_public_port=0 if own_ports.get(scheme) == shown else shown,
        release_domain=reader.text("RELEASE_DOMAIN", preview_domain).lower().strip("."),
        github=github,
        e2b_api_key=Secret(reader.text("E2B_API_KEY") or reader.text("SANDBOXD_API_KEY")),
        sandbox_url="" if reader.text("E2B_API_KEY") else f"http://127.0.0.1:{sandboxd_port}",
        e2b_template=reader.text("E2B_TEMPLATE", "base"),
        startup_timeout=reader.number("PREVIEW_STARTUP_TIMEOUT", 60, at_least=1, at_most=3600),
        memory_limit_mb=reader.whole("PREVIEW_MEMORY_LIMIT_MB", 512, at_least=64, at_most=1 << 20),
        share_ttl=reader.number("SHARE_LINK_TTL", 7 * 86400, at_least=60),
        session_ttl=reader.number("PREVIEW_SESSION_TIMEOUT", 8 * 3600, at_least=60),
        workers=reader.whole("WORKERS", 2, at_least=1, at_most=64),
        polling_only=polling_only,
        secret_keys=secret_keys,
        slack=read_slack(reader, has_keys=bool(secret_keys), has_github=github is not None),
        osv_url=reader.url("OSV_URL", "https://api.osv.dev"),
        intervals=_intervals(reader, polling_only=polling_only),
    )
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return settings


def _secret_keys(reader: Reader) -> tuple[Secret, ...]:
    """The keys of `SECRET_KEYS`, newest first. The value is never shown."""
    words = reader.text("SECRET_KEYS").replace(",", " ").split()
    for place, word in enumerate(words, 1):
        try:
            Fernet(word)
        except ValueError:
            reader.problems.append(
                f"SECRET_KEYS: key {place} is not a Fernet key. Make one with `slipway admin new-key`; "
                "write several as a list with commas, the newest first."
            )
    return tuple(Secret(word) for word in words)


def _database_url(reader: Reader, data_dir: Path) -> str:
    url = reader.text("DATABASE_URL", f"sqlite:///{data_dir}/slipway.sqlite3")
    reader.problems += [f"DATABASE_URL: {problem}" for problem in database_url.problems_of(url)]
    return url


#: Seconds that GitHub's log of deliveries reaches back.
LOGGED = 3 * 86_400.0
#: Seconds between two looks at that log, at most, where nothing else brings deliveries.
POLLING = 10.0
#: A report's lease is twice as long, and one that is longer than 600 s counts as a wrong clock (engine.store.clock).
LONGEST = {"lease": 300.0}


def _intervals(reader: Reader, *, polling_only: bool) -> Intervals:
    values = {
        name: reader.number(f"SLIPWAY_{name.upper()}_SECONDS", default, at_least=0.01, at_most=LONGEST.get(name, 1e9))
        for name, default in vars(Intervals()).items()
    }
    if values["heartbeat"] * 2 > values["lease"]:
        reader.problems.append(
            "SLIPWAY_HEARTBEAT_SECONDS: a heartbeat must come at least twice in a lease (SLIPWAY_LEASE_SECONDS)."
        )
    if values["keep_deliveries"] <= LOGGED + 86_400:
        reader.problems.append(
            "SLIPWAY_KEEP_DELIVERIES_SECONDS: GitHub lists deliveries for three days, and what the inbox has forgotten "
            f"would be taken in once more. Give more than {LOGGED + 86_400:g}, four days."
        )
    if polling_only:
        values["missed"] = min(values["missed"], POLLING)
    return Intervals(**values)
