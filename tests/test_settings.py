"""Settings: strict, all problems at once, secrets hidden."""

from pathlib import Path

import pytest

from engine.errors import ConfigurationError
from engine.settings import GITHUB_NAMES, KNOWN_DEFAULTS, SLACK_NAMES, Secret, Settings, read_settings

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMA==\n-----END RSA PRIVATE KEY-----"
APP = {
    "GITHUB_APP_ID": "17",
    "GITHUB_CLIENT_ID": "Iv1.17",
    "GITHUB_CLIENT_SECRET": "the client secret of a test",
    "GITHUB_PRIVATE_KEY": PEM,
    "GITHUB_WEBHOOK_SECRET": "the webhook secret of a test",
}


def problems_of(environ: dict[str, str]) -> list[str]:
    """What is wrong with an environment."""
    with pytest.raises(ConfigurationError) as caught:
        read_settings(environ)
    return caught.value.problems


def test_an_empty_environment_is_enough() -> None:
    settings = read_settings({})
    assert (settings.port, settings.gateway_port, settings.sandboxd_port) == (8080, 8081, 8083)
    assert settings.github is None
    assert settings.public_url == "http://localhost:8080"
    assert settings.database_url == f"sqlite:///{Path('.slipway').absolute()}/slipway.sqlite3"


def test_other_ports_follow_port() -> None:
    settings = read_settings({"PORT": "9000"})
    assert (settings.gateway_port, settings.sandboxd_port) == (9001, 9003)
    assert settings.preview_url("pr-1--shop") == "http://pr-1--shop.localhost:9001/"


def test_every_problem_is_told_at_once() -> None:
    wrong = {
        "PORT": "eighty",
        "GATEWAY_PORT": "70000",
        "PUBLIC_URL": "slipway.example.com",
        "WORKERS": "1.5",
        "SLIPWAY_LEASE_SECONDS": "1",
        "GITHUB_APP_ID": "17",
    }
    told = "\n".join(problems_of(wrong))
    for name in (*wrong, *GITHUB_NAMES[1:]):
        if name not in ("SLIPWAY_LEASE_SECONDS", "GITHUB_APP_ID"):
            assert f"{name}: " in told
    assert "SLIPWAY_LEASE_SECONDS" in told


@pytest.mark.parametrize("missing", GITHUB_NAMES)
def test_a_part_of_a_github_app_is_refused(missing: str) -> None:
    (problem,) = problems_of({name: value for name, value in APP.items() if name != missing})
    assert problem.startswith(f"{missing}: not set")


def test_a_whole_github_app_is_taken() -> None:
    app = read_settings(APP).github
    assert app is not None
    assert (app.app_id, app.api_url, app.private_key.reveal()) == ("17", "https://api.github.com", PEM)


@pytest.mark.parametrize("secret", ["hunter2", *sorted(KNOWN_DEFAULTS), "CHANGEME"])
def test_a_short_or_default_webhook_secret_is_refused(secret: str) -> None:
    (problem,) = problems_of(APP | {"GITHUB_WEBHOOK_SECRET": secret})
    assert "too short or a known default" in problem
    assert f" {secret}" not in problem


def test_two_webhook_secrets_are_taken_during_a_rotation() -> None:
    app = read_settings(APP | {"GITHUB_WEBHOOK_SECRET_OLD": "the secret before this one"}).github
    assert app is not None
    assert [secret.reveal()[:10] for secret in app.webhook_secrets] == ["the webhoo", "the secret"]


def test_the_private_key_may_be_a_file(tmp_path: Path) -> None:
    key = tmp_path / "app.pem"
    key.write_text(PEM)
    app = read_settings(APP | {"GITHUB_PRIVATE_KEY": str(key)}).github
    assert app is not None
    assert app.private_key.reveal() == PEM


def test_a_private_key_with_written_line_ends_is_read() -> None:
    app = read_settings(APP | {"GITHUB_PRIVATE_KEY": PEM.replace("\n", "\\n")}).github
    assert app is not None
    assert app.private_key.reveal() == PEM


def test_a_key_file_that_is_not_there_is_said_without_the_value() -> None:
    (problem,) = problems_of(APP | {"GITHUB_PRIVATE_KEY": "MIIEmangled-key"})
    assert problem.startswith("GITHUB_PRIVATE_KEY: reading the file it names: No such file")
    assert "mangled" not in problem


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////var/lib/slipway.sqlite3",
        "postgresql://slipway:hunter2@db.example.com/slipway",
        "postgres://slipway@db.example.com:6432/slipway?sslmode=require",
        "postgresql://slipway:p%40ss%2Fword%3A%231@/slipway?host=/run/postgresql",
        "postgresql://[::1]/slipway",
    ],
)
def test_a_database_is_a_sqlite_file_or_on_a_postgresql_server(url: str) -> None:
    assert read_settings({"DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///relative.sqlite3", "neither a SQLite file's full path nor a PostgreSQL address"),
        ("mysql://slipway:hunter2@db/slipway", "neither a SQLite file's full path nor a PostgreSQL address"),
        ("postgresql:slipway", "neither a SQLite file's full path nor a PostgreSQL address"),
        ("postgresql://slipway:hunter2@db", "names no database"),
        ("postgresql://slipway:hunter2@db/", "names no database"),
        ("postgresql://slipway:hunter2@/slipway", "names no host"),
        ("postgresql://slipway:hunter2@db:none/slipway", "port is not a number"),
        ("postgresql://slipway:hunter2@db:70000/slipway", "port is not a number"),
        ("postgresql://slipway:hunter@2@db/slipway", "Write @ as %40"),
        ("postgresql://slipway:hunter2/3@db/slipway", "/ as %2F"),
        ("postgresql://slipway:hunter2#3@db/slipway", "# as %23"),
        ("postgresql://slipway:hunter2?3@db/slipway", "? as %3F"),
        ("postgresql://[db/slipway", "square brackets"),
    ],
)
def test_any_other_database_is_refused_without_its_password(url: str, said: str) -> None:
    problems = problems_of({"DATABASE_URL": url})
    assert all(problem.startswith("DATABASE_URL: ") for problem in problems)
    assert said in "".join(problems)
    assert "hunter" not in "".join(problems)


def test_a_databases_password_is_not_shown_with_the_settings() -> None:
    assert "hunter2" not in repr(read_settings({"DATABASE_URL": "postgresql://slipway:hunter2@db/slipway"}))


def test_https_is_shown_without_a_port_and_with_secure_cookies() -> None:
    settings = read_settings({"PUBLIC_URL": "https://slipway.example", "PREVIEW_DOMAIN": "previews.example"})
    assert settings.preview_url("pr-1--shop") == "https://pr-1--shop.previews.example/"
    assert settings.secure_cookies


def test_no_secret_ever_shows_itself() -> None:
    settings = read_settings(APP | {"E2B_API_KEY": "the key of a test"})
    for shown in (repr(settings), str(settings), f"{settings.github}"):
        for hidden in ("the client secret", "the webhook secret", "BEGIN RSA", "the key of a test"):
            assert hidden not in shown


def test_a_secret_is_equal_to_its_like_and_says_nothing() -> None:
    assert Secret("one") == Secret("one") != Secret("two")
    assert str(Secret("one")) == repr(Secret("one")) == "Secret('**********')"


def test_settings_cant_be_changed() -> None:
    with pytest.raises(AttributeError):
        read_settings({}).port = 1  # type: ignore[misc]
    assert Settings.__dataclass_fields__.keys() >= {"port", "github"}


def test_a_slipway_that_polls_needs_no_webhook_secret_and_looks_often() -> None:
    app = {name: value for name, value in APP.items() if name != "GITHUB_WEBHOOK_SECRET"}
    settings = read_settings(app | {"POLLING_ONLY": "1"})
    assert settings.github is not None
    assert settings.github.webhook_secrets == ()
    assert settings.intervals.missed == 10
    assert read_settings(app | {"POLLING_ONLY": "1", "SLIPWAY_MISSED_SECONDS": "0.5"}).intervals.missed == 0.5


def test_a_slipway_that_is_told_looks_once_a_minute() -> None:
    assert read_settings({}).intervals.missed == 60


@pytest.mark.parametrize("seconds", ["60", "259200", "345600"])
def test_deliveries_are_kept_for_longer_than_github_lists_them(seconds: str) -> None:
    (problem,) = problems_of({"SLIPWAY_KEEP_DELIVERIES_SECONDS": seconds})
    assert problem.startswith("SLIPWAY_KEEP_DELIVERIES_SECONDS: ")


SLACK = {
    "SLACK_CLIENT_ID": "17.17",
    "SLACK_CLIENT_SECRET": "the client secret of a test",
    "SLACK_SIGNING_SECRET": "the signing secret of a test",
}
KEY = {"SECRET_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}


def test_a_slack_app_is_read() -> None:
    slack = read_settings(APP | KEY | SLACK).slack
    assert slack is not None
    assert (slack.client_id, slack.api_url, slack.web_url) == ("17.17", "https://slack.com/api/", "https://slack.com")
    assert read_settings(APP | KEY).slack is None


@pytest.mark.parametrize("missing", SLACK_NAMES)
def test_a_part_of_a_slack_app_is_refused(missing: str) -> None:
    (problem,) = problems_of({name: value for name, value in (APP | KEY | SLACK).items() if name != missing})
    assert problem.startswith(f"{missing}: not set")


def test_slack_needs_a_key_and_the_github_app() -> None:
    told = problems_of(SLACK)
    assert [problem.split(":")[0] for problem in told] == ["SECRET_KEYS", "GITHUB_APP_ID"]


@pytest.mark.parametrize("weak", ["tiny", "changeme", "your-webhook-secret"])
def test_a_weak_signing_secret_is_refused_and_not_shown(weak: str) -> None:
    (problem,) = problems_of(APP | KEY | SLACK | {"SLACK_SIGNING_SECRET": weak})
    assert (problem.startswith("SLACK_SIGNING_SECRET: too short"), weak in problem) == (True, False)


def test_two_signing_secrets_count_while_one_is_changed() -> None:
    slack = read_settings(APP | KEY | SLACK | {"SLACK_SIGNING_SECRET_OLD": "the signing secret before"}).slack
    assert slack is not None
    assert [secret.reveal() for secret in slack.signing_secrets][1] == "the signing secret before"
    assert "the signing secret" not in repr(slack)
