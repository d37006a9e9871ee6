"""Sources that are written to make a reader fall: every rule comes to an end, and none raises."""

import pytest

from engine.detect.routes import routes_of
from engine.readiness.rules.table import RULES
from tests.readiness.example_facts import facts_of

PYTHON = {
    "attributes": "app.config['SECRET_KEY'] = a" + ".b" * 2_000,
    "sums": "app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///'" + " + 'a'" * 2_000,
    "a circle of names": "a = b == 1\nb = a == 1\napp.config['DEBUG'] = a\napp.run(debug=b)",
    "a name of itself": "app = app\nSECRET_KEY = SECRET_KEY\napp.config['SECRET_KEY'] = SECRET_KEY",
    "a module of itself": "from app import app as app\nfrom app import *\napp.get('/')",
    "nots": "app.run(debug=" + "not " * 2_000 + "True)",
    "brackets": "app.config['SECRET_KEY'] = " + "[" * 190 + "]" * 190,
    "nulls": "app\0.run(debug=True)",
}
PARTS = "".join(
    f"b{n} = Blueprint('b{n}', __name__)\n"
    + "".join(f"b{n}.register_blueprint(b{n - 1}, url_prefix='/{p}')\n" for p in range(3) if n)
    for n in range(25)
)
NODE = {
    "brackets": "const s = require('express-session')\napp.get("
    + "[\n" * 20_000
    + "\nsession({ secret: "
    + "[\n" * 9_000,
    "templates": "process.env.A + `${`" * 2_000,
    "an import of itself": "const app = require('./server')\nmodule.exports = app\napp.get('/', f)\napp.use(app)",
    "a router in itself": "const app = express()\napp.use('/a', app)\napp.get('/', f)",
    "unended": "app.use(cors({ origin: '*', credentials:",
}


@pytest.mark.parametrize("source", PYTHON.values(), ids=PYTHON)
def test_python(source: str) -> None:
    begins = "from flask import Blueprint, Flask, session\nimport os\napp = Flask(__name__)\n"
    facts = facts_of({"requirements.txt": "flask\nflask-sqlalchemy\n", "app.py": begins + source})
    assert len([rule.check(facts) for rule in RULES]) == len(RULES)
    assert facts.plan is not None
    routes_of(facts.tree, facts.plan)


def test_parts_in_parts_are_not_multiplied_without_end() -> None:
    begins = "from flask import Blueprint, Flask\napp = Flask(__name__)\n"
    ends = "app.register_blueprint(b24)\n@b0.get('/x')\ndef x(): ...\n"
    facts = facts_of({"requirements.txt": "flask\n", "app.py": begins + PARTS + ends})
    assert facts.plan is not None
    assert len(routes_of(facts.tree, facts.plan)) < 10_000


FILES = {
    ".env": f"A{' ' * 100_000}=\nB= {' ' * 100_000}x\n",
    ".env.example": "\n" * 200_000,
    "prisma/schema.prisma": "\n" * 200_000,
    "fly.toml": "\n" * 200_000,
    ".gitignore": "*a" * 100_000,
    "boot.sh": "db " * 80_000,
    "cli.py": "# " + "import " * 30_000 + "upgrade",
    "index.html": "<!-- " * 50_000,
    "README.md": "# " * 100_000,
    "Dockerfile": "\\\n" * 100_000,
}


@pytest.mark.parametrize("path", FILES)
def test_other_files(path: str) -> None:
    flask = {
        "requirements.txt": "flask\nflask-migrate\n",
        "app.py": "import os\nos.environ['A']",
        "migrations/versions/a.py": "",
    }
    facts = facts_of(flask | {path: FILES[path]})
    assert len([rule.check(facts) for rule in RULES]) == len(RULES)


@pytest.mark.parametrize("source", NODE.values(), ids=NODE)
def test_node(source: str) -> None:
    package = '{"dependencies": {"express": "4", "cors": "2"}, "scripts": {"start": "node server.js"}}'
    facts = facts_of({"package.json": package, "server.js": source})
    assert len([rule.check(facts) for rule in RULES]) == len(RULES)
    assert facts.plan is not None
    routes_of(facts.tree, facts.plan)
