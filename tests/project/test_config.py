"""slipway.yml: what is accepted, and what each mistake is told."""

from datetime import date

import pytest

from engine.errors import ConfigurationError
from engine.project.config import ProjectConfig, read_project
from engine.project.start_rules import StartRules
from engine.readiness.waiver import Waiver


def test_a_repository_without_the_file_has_the_defaults() -> None:
    assert read_project(None) == ProjectConfig()


@pytest.mark.parametrize("empty", [b"", b"# nothing yet\n", b"{}"])
def test_an_empty_file_has_the_defaults(empty: bytes) -> None:
    assert read_project(empty) == ProjectConfig()


def test_everything_can_be_said() -> None:
    data = b"""\
preview:
  start: on_command
  access: public
  drafts: false
  bots: ["dependabot[bot]", Renovate]
  labels: {require: [preview, "Needs Review"], prevent: [no-preview]}
  paths: [web/**, ./*.py, docs/]
root: ./web/app/
install: uv pip install -r requirements.txt
build: [npm, run, build]
start: gunicorn 'app:create_app()' --bind 127.0.0.1:$PORT
health_path: /healthz
"""
    assert read_project(data) == ProjectConfig(
        preview_start="on_command",
        preview_access="public",
        preview_rules=StartRules(
            drafts=False,
            bots=("dependabot", "renovate"),
            require=("preview", "Needs Review"),
            prevent=("no-preview",),
        ),
        preview_paths=("web/**", "*.py", "docs/"),
        root="web/app",
        install=("uv", "pip", "install", "-r", "requirements.txt"),
        build=("npm", "run", "build"),
        start=("gunicorn", "app:create_app()", "--bind", "127.0.0.1:$PORT"),
        health_path="/healthz",
    )


def test_a_command_that_is_empty_means_nothing_is_run() -> None:
    assert read_project(b"install: []\nbuild: ''\n").install == ()


def test_numbers_in_a_list_of_words_are_words() -> None:
    assert read_project(b"start: [serve, --port, 3000]\n").start == ("serve", "--port", "3000")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("environment: {}", "slipway.yml: environment: an unknown key. Known here: preview, root, install"),
        ("preview: {strat: auto}", "preview.strat: an unknown key. Known here: start, access, drafts"),
        ("preview: {start: sometimes}", "preview.start: 'sometimes' is none of 'auto' or 'on_command'."),
        ("preview: {start: on}", "preview.start: True is none of"),
        ("preview: {drafts: sometimes}", "preview.drafts: Input should be a valid boolean."),
        ("preview: {bots: maybe}", "preview.bots: write true, false or a list of bots' logins"),
        ("preview: {bots: [1]}", "preview.bots: write a list of names here"),
        ("preview: {labels: [a]}", "preview.labels: write keys with values here"),
        ("preview: {labels: {x: 1}}", "preview.labels.x: an unknown key. Known here: require, prevent."),
        ("preview: {labels: {require: preview}}", "preview.labels.require: write a list of names here"),
        ("preview: {labels: {require: ['']}}", "preview.labels.require: write a list of names here"),
        ("preview: {paths: [/web]}", "preview.paths: '/web' is no path inside the repository."),
        ("preview: {paths: [a/../b]}", "preview.paths: 'a/../b' is no path inside the repository."),
        (f"preview: {{paths: [{'x' * 101}]}}", "preview.paths: at most 50 names of at most 100 characters"),
        ("preview: auto", "slipway.yml: preview: write keys with values here"),
        ("- a\n- b", "slipway.yml: the file: write keys with values here"),
        ("root: ../other", "root: '../other' leaves the repository."),
        ("root: /etc", "root: '/etc' leaves the repository."),
        ("root: 3", "slipway.yml: root:"),
        ("start: 3", "start: a command is a line or a list of words."),
        ("start: {a: b}", "start: a command is a line or a list of words."),
        ("start: [[a]]", "start: every word of a command must be text."),
        ('start: "it\'s"', "start: splitting the command into words: No closing quotation."),
        ("start: ['']", "start: the first word is empty."),
        ("health_path: health", "health_path: 'health' is not a path."),
        ('health_path: "/a\\r\\nX: y"', "health_path:"),
        ("root: a\nroot: b", "line 2: 'root' is there twice."),
        ("a: &x [1]\nb: *x", "line 2: aliases (*name) are not read here."),
        ("a: [", "slipway.yml: line"),
        ("a: !!python/object/apply:os.system [id]", "slipway.yml: line 1:"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_project(text.encode())
    assert words in str(caught.value)


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_project(b"preview: {start: x, y: 1}\nroot: /\nnope: 1\nhealth_path: a\n")
    assert len(caught.value.problems) == 5


@pytest.mark.parametrize(
    "data", [b"a: " + b"x" * 70_000, b"[" * 60_000, b"{" * 30_000, b"\xff\xfe", b"a: \x00", b"? [a]\n: b"]
)
def test_hostile_bytes_are_a_problem_not_a_crash(data: bytes) -> None:
    with pytest.raises(ConfigurationError):
        read_project(data)


def test_a_billion_laughs_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    with pytest.raises(ConfigurationError, match="aliases"):
        read_project("\n".join(lines).encode())


def test_readiness_says_when_and_what_is_waived() -> None:
    data = b"""\
readiness:
  when: always
  waivers:
    - {rule: database-durable, owner: ada, until: 2027-01-31, reason: a demo}
    - {rule: no-risky-code, owner: "dependabot[bot]", until: "2027-02-01", reason: known, path: app.py, id: S602}
"""
    project = read_project(data)
    assert project.readiness_when == "always"
    assert project.waivers == (
        Waiver("database-durable", "ada", date(2027, 1, 31), "a demo"),
        Waiver("no-risky-code", "dependabot[bot]", date(2027, 2, 1), "known", path="app.py", id="S602"),
    )


def test_every_problem_of_a_waiver_is_told_at_its_place() -> None:
    data = b"readiness:\n  waivers:\n  - {rule: Debug Off, owner: ada, until: soon, reaso: b}\n"
    with pytest.raises(ConfigurationError) as told:
        read_project(data)
    told_of = [problem.partition(":")[2].partition(":")[0].strip() for problem in told.value.problems]
    assert told_of == [f"readiness.waivers.0.{name}" for name in ("rule", "until", "reason", "reaso")]


@pytest.mark.parametrize("reason", ['"half \\ud800"', '"two\\nlines"', '"turned \\u202e around"', "no"])
def test_a_waivers_reason_is_plain_words(reason: str) -> None:
    data = f"readiness:\n  waivers:\n  - {{rule: debug-off, owner: ada, reason: {reason}, until: 2027-01-31}}\n"
    with pytest.raises(ConfigurationError, match="reason"):
        read_project(data.encode())


@pytest.mark.parametrize("until", ["'2027-02-30'", "true", "20270131", "2027-01-31 10:00:00"])
def test_a_waiver_ends_on_a_day(until: str) -> None:
    data = f"readiness:\n  waivers:\n  - {{rule: debug-off, owner: ada, reason: known, until: {until}}}\n"
    with pytest.raises(ConfigurationError, match="until"):
        read_project(data.encode())
