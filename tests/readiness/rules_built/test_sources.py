"""The readers that rules share: what is code, what is a command, whose file it is."""

import pytest

from engine.detect.tree import MemoryTree
from engine.readiness.sources.application import application_texts, is_application, text_of
from engine.readiness.sources.dockerfile import command, instructions
from engine.readiness.sources.javascript_source import JavaScriptSource
from engine.readiness.sources.node_package import line_of
from engine.readiness.sources.python_requirements import python_requirements
from engine.readiness.sources.serving import serving
from engine.readiness.sources.stack import stack_of
from tests.readiness.example_facts import facts_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a() // b()", "a()       "),
        ("a('b()') /* c() */", "a('   ')          "),
        ("`x ${b()} y` + c", "`          ` + c"),
        ('a("\\"b()") ', 'a("     ") '),
        ("x = /b()'/g; c()", "x =       g; c()"),
        ("a / b / c", "a / b / c"),
        ("<p>don't</p>\nb('c')", "<p>don't</p>\nb(' ')"),
        ("/* a\nb */ c", "    \n     c"),
        ("'https://a' + b", "'         ' + b"),
    ],
)
def test_only_code_is_left_of_javascript_and_every_place_stays(text: str, code: str) -> None:
    source = JavaScriptSource("a.js", text)
    assert source.code == code
    assert len(source.uncommented) == len(text)


@pytest.mark.parametrize(
    "path",
    [
        "tests/app.py",
        "app.test.ts",
        "docs/conf.py",
        "node_modules/a/b.js",
        "static/jquery.min.js",
        ".github/a.py",
        "examples/web/app.py",
        "src/vendor/a.js",
        "next.config.js",
        "test_app.py",
    ],
)
def test_what_is_not_the_applications_is_left_out(path: str) -> None:
    assert not is_application(path)


@pytest.mark.parametrize(
    "path", ["app.py", "src/testing.py", "latest/app.js", "contest.py", "src/specials/a.ts", "a.tsx"]
)
def test_names_that_only_look_so_are_the_applications(path: str) -> None:
    assert is_application(path)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("\ufeffa\r\nb".encode(), "a\nb"),
        ("\ufeffflask".encode("utf-16-le"), "flask"),
        (b"a\x00b", None),
        (b"\xff", "\ufffd"),
        (b"a" * 300_000, None),
    ],
    ids=["mark", "PowerShell", "no text", "broken", "large"],
)
def test_text_is_read_as_people_write_it(data: bytes, text: str | None) -> None:
    assert text_of(MemoryTree({"a": data}), "a") == text


def test_another_package_below_is_not_the_applications() -> None:
    tree = MemoryTree(dict.fromkeys(("a.js", "web/package.json", "web/b.js", "package.json"), b"x"))
    assert [path for path, _ in application_texts(tree, (".js",), frozenset({"package.json"}))] == ["a.js"]


@pytest.mark.parametrize(
    ("dockerfile", "words", "line"),
    [
        ('FROM a\nCMD ["b", "c"]', "b c", 2),
        ("FROM a\nENTRYPOINT b\nCMD c", "b c", 3),
        ("FROM a\nCMD c\nENTRYPOINT b", "b", 3),
        ("FROM a AS x\nCMD b\nFROM x\nRUN y \\\n # not\n  z", "b", 2),
        ("FROM a\nCMD b\nFROM c", "", 0),
        ("FROM a\nRUN <<END\nCMD b\nEND", "", 0),
    ],
)
def test_an_image_runs_what_its_last_stage_says(dockerfile: str, words: str, line: int) -> None:
    assert command(instructions(dockerfile)) == (words, line)


@pytest.mark.parametrize(
    ("line", "program", "words"),
    [
        ("gunicorn app:app", "gunicorn", ("app:app",)),
        ("A=1 exec python3.11 -u -m gunicorn app:app", "gunicorn", ("app:app",)),
        ("cd api && poetry run uvicorn main:app", "uvicorn", ("main:app",)),
        ('bash -c "flask db upgrade; .venv/bin/gunicorn app:app"', "gunicorn", ("app:app",)),
        ("python manage.py runserver", "manage.py", ("runserver",)),
        ("dotenv -e .env -- node a.js", "node", ("a.js",)),
        ("node a.js & node b.js", "", ()),
        ("while ! </dev/tcp/db/1; do sleep 1; done; gunicorn app:app > log 2>&1", "gunicorn", ("app:app", "2")),
        ("node 'a", "", ()),
        ("npm run web", "next", ("start",)),
        ("npm start --silent", "next", ("start",)),
        ("yarn web", "next", ("start",)),
        ("npm run loop", "", ()),
    ],
)
def test_the_program_that_serves_in_the_end_is_found(line: str, program: str, words: tuple[str, ...]) -> None:
    package = '{"scripts": {"start": "npm run web", "web": "cross-env A=1 next start", "loop": "npm run loop"}}'
    found = serving(facts_of({"Procfile": f"web: {line}\n", "package.json": package}))
    assert found is not None
    assert (found.program, found.words) == (program, words)


def test_a_key_of_json_is_found_below_the_others() -> None:
    text = '{\n"start": 1,\n"scripts": {\n"start": "node ."\n}}'
    assert line_of(text, "scripts", "start") == 4
    assert line_of(text, "scripts", "none") == 0


def test_requirements_are_read_with_what_they_include_and_their_lines() -> None:
    files = {
        "requirements.txt": "-r b/c.txt\nFlask_Login==1  # why\n\n--index-url x\na[b,c]>=1;x<'3'\n",
        "b/c.txt": "d\n",
    }
    named = python_requirements(MemoryTree({path: text.encode() for path, text in files.items()}))
    assert [(each.name, each.path, each.line) for each in named.requirements] == [
        ("d", "b/c.txt", 1),
        ("flask-login", "requirements.txt", 2),
        ("a", "requirements.txt", 5),
    ]


@pytest.mark.parametrize(
    ("files", "frameworks", "python", "node"),
    [
        (
            {"requirements.txt": "Django==5\n", "package.json": '{"devDependencies": {"vite": "7"}}'},
            {"django", "vite"},
            True,
            False,
        ),
        ({"package.json": '{"dependencies": {"next": "15", "react": "19"}}'}, {"next"}, False, True),
        ({"app.py": "import fastapi\n"}, {"fastapi"}, True, False),
        ({"notes.ipynb": "import flask", "tests/a.py": "import flask"}, set(), False, False),
        ({"index.html": ""}, {"static"}, False, False),
        ({"package.json": '{"scripts": {"start": "node a.js"}}', "a.js": "server.listen(8)"}, set(), False, True),
        ({"package.json": '{"scripts": {"start": "node a.js"}}', "a.js": "browserSync()"}, set(), False, False),
        ({"requirements.txt": "broken ===\x00", "package.json": "[]"}, set(), False, False),
    ],
)
def test_a_stack_is_what_answers_requests(
    files: dict[str, str], frameworks: set[str], python: bool, node: bool
) -> None:
    stack = stack_of(facts_of(files))
    assert (set(stack.frameworks), stack.python_serves, stack.node_serves) == (frameworks, python, node)
