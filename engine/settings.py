"""Settings: read once, strictly, from a mapping. Every problem is listed at once, and the process refuses to start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from engine import database_url
from engine.errors import ConfigurationError

#: Secrets that people paste from examples.
KNOWN_DEFAULTS = frozenset({"secret", "changeme", "development", "webhook-secret", "your-webhook-secret"})


class Secret:
    """A value that never shows itself: not in logs, not in tracebacks."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('**********')"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True)
class GitHubApp:
    """The GitHub App that Slipway is. All of it or none of it is set."""

    app_id: str
    client_id: str
    client_secret: Secret
    private_key: Secret
    #: One secret, or two during a rotation.
    webhook_secrets: tuple[Secret, ...]
    api_url: str
    web_url: str


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


class Reader:
    """Takes values out of a mapping and notes every problem on the way."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """The value, or `default` when it is missing or empty."""
        return self.environ.get(name, "").strip() or default

    def number(self, name: str, default: float, *, at_least: float = 0, at_most: float = 1e9) -> float:
        """A number within bounds."""
        raw = self.text(name)
        if not raw and at_least <= default <= at_most:
            return default
        if not raw:
            self.problems.append(f"{name}: set it: {default:g}, which follows from the others, is out of bounds.")
            return default
        try:
            value = float(raw)
        except ValueError:
            self.problems.append(f"{name}: {raw!r} is not a number. Give a number from {at_least:g} to {at_most:g}.")
            return default
        if not at_least <= value <= at_most:
            self.problems.append(f"{name}: {raw} is out of bounds. Give a number from {at_least:g} to {at_most:g}.")
            return default
        return value

    def whole(self, name: str, default: int, *, at_least: int = 0, at_most: int = 2**31) -> int:
        """A whole number within bounds."""
        value = self.number(name, default, at_least=at_least, at_most=at_most)
        if value != int(value):
            self.problems.append(f"{name}: {value:g} is not a whole number.")
            return default
        return int(value)

    def switch(self, name: str) -> bool:
        """True for 1, False for 0 or nothing."""
        value = self.text(name, "0")
        if value not in ("0", "1"):
            self.problems.append(f"{name}: {value!r} is neither 0 nor 1.")
        return value == "1"

    def url(self, name: str, default: str) -> str:
        """An http(s) address without a slash at its end."""
        value = self.text(name, default).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            self.problems.append(f"{name}: {value!r} is not an address. Write it like https://slipway.example.com.")
        return value


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
        github=_github(reader, polling_only=polling_only),
        e2b_api_key=Secret(reader.text("E2B_API_KEY") or reader.text("SANDBOXD_API_KEY")),
        sandbox_url="" if reader.text("E2B_API_KEY") else f"http://127.0.0.1:{sandboxd_port}",
        e2b_template=reader.text("E2B_TEMPLATE", "base"),
        startup_timeout=reader.number("PREVIEW_STARTUP_TIMEOUT", 60, at_least=1, at_most=3600),
        memory_limit_mb=reader.whole("PREVIEW_MEMORY_LIMIT_MB", 512, at_least=64, at_most=1 << 20),
        share_ttl=reader.number("SHARE_LINK_TTL", 7 * 86400, at_least=60),
        session_ttl=reader.number("PREVIEW_SESSION_TIMEOUT", 8 * 3600, at_least=60),
        workers=reader.whole("WORKERS", 2, at_least=1, at_most=64),
        polling_only=polling_only,
        secret_keys=_secret_keys(reader),
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


GITHUB_NAMES = (
    "GITHUB_APP_ID",
    "GITHUB_CLIENT_ID",
    "GITHUB_CLIENT_SECRET",
    "GITHUB_PRIVATE_KEY",
    "GITHUB_WEBHOOK_SECRET",
)


def _github(reader: Reader, *, polling_only: bool) -> GitHubApp | None:
    """The GitHub App, None in set-up mode; a part of its settings alone is a problem."""
    values = {name: reader.text(name) for name in GITHUB_NAMES}
    if not any(values.values()):
        return None
    for name, value in values.items():
        if not value and not (polling_only and name == "GITHUB_WEBHOOK_SECRET"):
            reader.problems.append(f"{name}: not set, but other GITHUB_ settings are. Set all of them or none.")
    key = _private_key(reader, values["GITHUB_PRIVATE_KEY"])
    secrets = [values["GITHUB_WEBHOOK_SECRET"], reader.text("GITHUB_WEBHOOK_SECRET_OLD")]
    for secret in filter(None, secrets):
        if len(secret) < 16 or secret.lower() in KNOWN_DEFAULTS:
            reader.problems.append(
                "GITHUB_WEBHOOK_SECRET: too short or a known default. Give at least 16 random characters, "
                "for example from `openssl rand -hex 32`, here and on the GitHub App's page."
            )
    return GitHubApp(
        app_id=values["GITHUB_APP_ID"],
        client_id=values["GITHUB_CLIENT_ID"],
        client_secret=Secret(values["GITHUB_CLIENT_SECRET"]),
        private_key=Secret(key),
        webhook_secrets=tuple(Secret(secret) for secret in secrets if secret),
        api_url=reader.url("GITHUB_API_URL", "https://api.github.com"),
        web_url=reader.url("GITHUB_WEB_URL", "https://github.com"),
    )


def _private_key(reader: Reader, value: str) -> str:
    """The PEM text: given itself (also with `\\n` for line ends), or as a path to its file."""
    if not value:
        return ""
    if "PRIVATE KEY" in value:
        return value.replace("\\n", "\n")
    try:
        text = Path(value).read_text()
    except OSError as error:
        # The value isn't shown: a mangled key that was meant to be the key itself must not end in a log.
        reader.problems.append(
            f"GITHUB_PRIVATE_KEY: reading the file it names: {error.strerror}. Give the PEM text or its file's path."
        )
        return ""
    if "PRIVATE KEY" not in text:
        reader.problems.append(
            "GITHUB_PRIVATE_KEY: the file it names holds no PEM private key. Download it from GitHub again."
        )
    return text
