"""Routes of Express."""

import pytest

from tests.detect.routes.routes_of_files import paths, routes

PACKAGE = '{"dependencies": {"express": "^4"}, "scripts": {"start": "node server.js"}}'
APP = "const express = require('express');\nconst app = express();\n"
ROUTER = "const router = require('express').Router();\nrouter.get('/x', f);\n"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("app.get('/', (req, res) => res.send('hi'));", ["GET /"]),
        ('app.post("/a", auth, f)', ["POST /a"]),
        ("app.all('/a', f)", ["GET /a"]),
        ("app.get(['/a', '/b'], f)", ["GET /a", "GET /b"]),
        ("app.get(['/a', x], f)", []),
        ("app.get(/re/, f)", []),
        ("app.get(`/a`, f)", ["GET /a"]),
        ("app.get(`/${v}/a`, f)", []),
        ("app.get('env')", []),
        ("app.get('view engine', x)", []),
        ("// app.get('/no', f)\n/* app.get('/no', f) */", []),
        ("const s = \"app.get('/no', f)\"", []),
        ("const s = `\napp.get('/no', f)\n`", []),
        ("const s = /'/; app.get('/a', f)", ["GET /a"]),
        ("const BASE = '/v1'; app.get(BASE, f)", ["GET /v1"]),
        ("axios.get('/no', f)", []),
        ("app.route('/b').get(f).post((a, b) => { g(a) }).delete(h)", ["DELETE /b", "GET /b", "POST /b"]),
        ("const r = express.Router(); r.get('/', f); app.use('/r', r)", ["GET /r"]),
        ("const r = express.Router(); r.get('/x', f); app.use(r)", ["GET /x"]),
        ("const r = express.Router(); r.get('/x', f); app.use(['/a', '/b'], r)", ["GET /a/x", "GET /b/x"]),
        ("const r = express.Router(); r.get('/x', f); app.use('/r', auth, r)", ["GET /r/x"]),
        ("const r = express.Router(); r.get('/x', f); app.use(prefix, r)", []),
        ("const r = express.Router(); r.get('/x', f)", []),
        ("app.use(express.static('public')); app.use('/s', express.json())", []),
    ],
)
def test_routes_of_one_file(code: str, found: list[str]) -> None:
    assert paths({"package.json": PACKAGE, "server.js": APP + code}) == found


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("const r = require('./r'); app.use('/r', r)", "module.exports = router"),
        ("app.use('/r', require('./r'))", "module.exports = router"),
        ("app.use('/r', require('./r').users)", "exports.users = router"),
        ("const { users: u } = require('./r'); app.use('/r', u)", "module.exports = { users: router }"),
        ("const { router: u } = require('./r.js'); app.use('/r', u)", "module.exports = { other, router }"),
        ("const all = require('./r'); app.use('/r', all.users)", "module.exports.users = router"),
        ("import r from './r'; app.use('/r', r)", "export default router"),
        ("import { users } from './r.js'; app.use('/r', users)", "export { router as users }"),
        ("import * as all from './r'; app.use('/r', all.router)", "export { router }"),
    ],
)
def test_routers_of_other_files(asked: str, given: str) -> None:
    assert paths({"package.json": PACKAGE, "server.js": APP + asked, "r.js": ROUTER + given}) == ["GET /r/x"]


def test_typescript_and_folders() -> None:
    files = {
        "package.json": PACKAGE,
        "src/app.ts": "import express, { Application } from 'express';\nimport api from './routes';\n"
        "const app: Application = express();\napp.use('/api', api);\nexport default app;\n",
        "src/routes/index.ts": "import { Router, type Request } from 'express';\nimport users from './users.js';\n"
        "const router: Router = Router();\nrouter.use('/users', users);\nexport default router;\n",
        "src/routes/users.ts": "import express from 'express';\nconst router = express.Router();\n"
        "router.get('/:id', (req: Request) => {});\nrouter.get('/me', f);\nexport default router;\n",
    }
    assert paths(files, "node dist/app.js") == ["GET /api/users/:id", "GET /api/users/me"]


def test_an_application_of_a_class() -> None:
    code = "class Server { constructor() { this.app = express(); this.app.get('/x', f) } }"
    assert paths({"package.json": PACKAGE, "server.js": "const express = require('express');" + code}) == ["GET /x"]


def test_a_function_that_is_handed_the_application() -> None:
    more = "module.exports = function (app) { app.get('/more', f) }"
    assert paths({"package.json": PACKAGE, "server.js": APP, "more.js": more}) == ["GET /more"]


def test_of_two_applications_the_started_one_counts() -> None:
    www = '{"dependencies": {"express": "^4"}, "scripts": {"start": "node ./bin/www"}}'
    files = {
        "package.json": www,
        "bin/www": "#!/usr/bin/env node\nvar app = require('../app');\n",
        "app.js": APP + "app.get('/app', f); module.exports = app;",
        "other.js": APP + "app.get('/other', f)",
    }
    assert paths(files) == ["GET /app"]
    assert paths(files | {"package.json": PACKAGE}) == []


def test_a_route_knows_where_it_is_written() -> None:
    (route,) = routes({"package.json": PACKAGE, "server.js": APP + "\napp.get(\n  '/x',\n  f)"})
    assert (route.file, route.line) == ("server.js", 5)


def test_bundles_and_tests_are_left_out() -> None:
    code = APP + "app.get('/x', f)"
    bundle = f"var a={'1' * 6000};{code}"
    assert paths({"package.json": PACKAGE, "dist/server.js": code, "a.test.js": code, "b.js": bundle}) == []
