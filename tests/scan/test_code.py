"""Risky code: sure where a visitor's words reach it, told where they may, silent where it is well."""

import pytest

from engine.scan import code
from engine.scan.copies import copied
from engine.scan.programs import Programs
from engine.scan.result import PartState, ScanFinding, ScanPart
from tests.scan.trees import a_tree

FLASK = (
    "import os, pickle, subprocess\nimport yaml\nfrom flask import request\n\n@app.get('/<name>')\ndef view(name):\n"
)
NODE = "const { exec } = require('child_process');\nconst fs = require('fs');\n"


def scanned(files: dict[str, str | bytes], programs: Programs) -> tuple[ScanPart, tuple[ScanFinding, ...]]:
    with copied(a_tree(files)) as copies:
        return code.look(programs, copies)


def lines(found: tuple[ScanFinding, ...]) -> list[tuple[str, int, bool]]:
    return [(each.id, each.line, each.blocks) for each in found]


def test_python_that_a_visitor_reaches_blocks(programs: Programs) -> None:
    body = [
        "os.system('ls ' + request.args['dir'])",
        "word = request.form.get('q')",
        "subprocess.run(f'grep {word} *', shell=True)",
        "db.execute(f'SELECT * FROM shops WHERE name = {name}')",
        "db.execute('SELECT * FROM shops WHERE name = %s' % word)",
        "eval(request.json['x'])",
        "pickle.loads(request.data)",
        "yaml.load(request.get_data())",
    ]
    _, found = scanned({"app.py": FLASK + "".join(f"    {line}\n" for line in body)}, programs)
    assert lines(found) == [
        ("S605", 7, True),
        ("S602", 9, True),
        ("S608", 10, True),
        ("S608", 11, True),
        ("S307", 12, True),
        ("S301", 13, True),
        ("S506", 14, True),
    ]


def test_python_that_only_may_be_reached_is_a_warning(programs: Programs) -> None:
    text = FLASK + "    subprocess.run(command, shell=True)\n    requests.get('https://x', verify=False)\n"
    _, found = scanned({"app.py": "import requests\n" + text}, programs)
    assert lines(found) == [("S602", 8, False), ("S501", 9, False)]


def test_python_that_is_well_is_not_told(programs: Programs) -> None:
    body = [
        "subprocess.run(['ls', request.args['dir']])",
        "subprocess.run('ls -l', shell=True)",
        "db.execute(f'SELECT * FROM {TABLE} WHERE name = ?', (request.args['name'],))",
        "db.execute(f'SELECT * FROM shops WHERE id = {int(request.args[\"id\"])}')",
        "model = pickle.load(open('model.pkl', 'rb'))",
        "yaml.safe_load(request.data)",
    ]
    part, found = scanned({"app.py": FLASK + "".join(f"    {line}\n" for line in body)}, programs)
    assert (part.state, found) == (PartState.CLEAN, ())


def test_node_that_a_visitor_reaches_blocks(programs: Programs) -> None:
    body = [
        "app.get('/a', (req, res) => { exec(`ls ${req.query.dir}`); });",
        "app.get('/b', (req, res) => { const { dir } = req.query; exec('ls ' + dir, done); });",
        "app.get('/c', (req, res) => { db.query('SELECT * FROM a WHERE b = ' + req.params.id, done); });",
        "app.get('/d', (req, res) => { eval(req.body.code); });",
        "function login(req) { const sql = `SELECT * FROM a WHERE b = '${req.body.b}'`; return db.query(sql); }",
        "app.get('/e', (req, res) => { fs.readFile('files/' + req.params.name, done); });",
    ]
    _, found = scanned({"server.js": NODE + "\n".join(body)}, programs)
    assert lines(found) == [
        ("node-command", 3, True),
        ("node-command", 4, True),
        ("node-sql", 5, True),
        ("node-eval", 6, True),
        ("node-sql", 7, True),
        ("node-file", 8, True),
    ]


def test_node_that_only_may_be_reached_is_a_warning(programs: Programs) -> None:
    text = NODE + "exec(`ls ${folder}`);\nconst agent = new https.Agent({ rejectUnauthorized: false });\n"
    _, found = scanned({"src/server.ts": text}, programs)
    assert lines(found) == [("node-command", 3, False), ("node-certificates", 4, False)]


def test_node_that_is_well_is_not_told(programs: Programs) -> None:
    body = [
        "execFile('ls', [req.query.dir]);",
        "exec('ls -l');",
        "/x/.exec(req.query.word);",
        "db.query('SELECT * FROM a WHERE b = ?', [req.params.id]);",
        "db.query(`SELECT * FROM a WHERE b = ${Number(req.params.id)}`);",
        "fs.readFile('files/' + path.basename(req.params.name), done);",
        "app.get('/query', (req, res) => cache.get(req.params.id));",
    ]
    part, found = scanned({"server.js": NODE + "\n".join(body)}, programs)
    assert (part.state, found) == (PartState.CLEAN, ())


def test_what_the_repository_says_to_the_tools_changes_nothing(programs: Programs) -> None:
    files: dict[str, str | bytes] = {
        "app.py": "# ruff: noqa\n# flake8: noqa\nimport os\nos.system(x)  # noqa: S605  # nosec\n",
        "server.js": NODE + "// ast-grep-ignore\neval(x); // eslint-disable-line\n",
        "pyproject.toml": "[tool.ruff]\nexclude = ['*']\n[tool.ruff.lint]\nignore = ['ALL']\n",
        "ruff.toml": "lint.ignore = ['S']\n",
        ".eslintrc": '{"rules": {}}',
        "sgconfig.yml": "ruleDirs: [x]\ncustomLanguages: {js: {libraryPath: ./evil.so, extensions: [js]}}\n",
        ".gitignore": "*\n",
        ".ignore": "*\n",
    }
    assert lines(scanned(files, programs)[1]) == [("S605", 4, False), ("node-eval", 4, False)]


@pytest.mark.parametrize("path", ["tests/app.py", "test_app.py", "node_modules/x/app.py", "docs/conf.py", ".x/app.py"])
def test_only_what_runs_for_visitors_is_looked_at(programs: Programs, path: str) -> None:
    part, found = scanned({path: "import os\nos.system(x)\n"}, programs)
    assert (part.state, found) == (PartState.NOTHING, ())


def test_python_that_cant_be_parsed_is_inconclusive(programs: Programs) -> None:
    part, _ = scanned({"app.py": "print 'python 2'\n"}, programs)
    assert (part.state, part.why) == (PartState.INCONCLUSIVE, "app.py is not Python that can be parsed")


def test_bytes_that_are_no_utf_8_hide_nothing(programs: Programs) -> None:
    assert lines(scanned({"app.py": b"word = '\xff'\r\nimport os\r\nos.system(x)\r\n"}, programs)[1]) == [
        ("S605", 3, False)
    ]


def test_what_would_hide_a_line_hides_nothing_that_is_sure(programs: Programs) -> None:
    risky = NODE + "app.get('/a', (req, res) => { exec(`ls ${req.query.dir}`); });\n"
    files: dict[str, str | bytes] = {
        "a.js": "// \0\n" + risky,
        "b.js": risky + "eval(x);\n" + f"const image = '{'a' * 5000}';\n",
    }
    assert [(each.path, each.blocks) for each in scanned(files, programs)[1]] == [("a.js", True), ("b.js", True)]


def test_a_line_that_moves_is_the_same_finding(programs: Programs) -> None:
    before = scanned({"app.py": "import os\nos.system(x)\n"}, programs)[1]
    after = scanned({"shop/views.py": "import os\n\n\nif x:\n    os.system(x)\n"}, programs)[1]
    assert [each.key for each in before] == [each.key for each in after]
