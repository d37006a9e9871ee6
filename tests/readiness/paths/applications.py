"""Small applications, and what the platforms say of them."""

from collections.abc import Mapping
from typing import Any

from engine.readiness.inspected import DeployPath
from engine.readiness.judge import judge
from engine.readiness.paths.table import deploy_paths
from tests.readiness.example_facts import facts_of

FLASK = {
    "requirements.txt": "flask==3.1.2\ngunicorn==23.0.0\n",
    "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
    "Procfile": "web: gunicorn app:app --bind 0.0.0.0:$PORT\n",
}
FASTAPI = {
    "requirements.txt": "fastapi==0.121.0\nuvicorn==0.38.0\n",
    "main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
    "Procfile": "web: uvicorn main:app --host 0.0.0.0 --port $PORT\n",
}
EXPRESS = {
    "package.json": '{"dependencies": {"express": "5.1.0"}, "scripts": {"start": "node app.js"}}',
    "app.js": "const express = require('express')\nconst app = express()\napp.listen(process.env.PORT)\n",
}
DJANGO = {
    "requirements.txt": "django==5.2.8\ngunicorn==23.0.0\n",
    "manage.py": "import django\n",
    "shop/settings.py": "import os\n\nSECRET_KEY = os.environ['SECRET_KEY']\nALLOWED_HOSTS = ['shop.example']\n",
    "shop/wsgi.py": "application = None\n",
    "Procfile": "web: gunicorn shop.wsgi\n",
}
NEXT = {
    "package.json": '{"dependencies": {"next": "16.0.0"}, "scripts": {"build": "next build", "start": "next start"}}'
}
VITE = {"package.json": '{"devDependencies": {"vite": "7.1.0"}, "scripts": {"build": "vite build"}}', "index.html": ""}
STATIC = {"index.html": "<h1>Shop</h1>"}
DATABASE = "from flask import Flask\n\napp = Flask(__name__)\napp.config['SQLALCHEMY_DATABASE_URI'] = "
SQLITE = FLASK | {
    "requirements.txt": f"{FLASK['requirements.txt']}flask-sqlalchemy==3.1.1\n",
    "app.py": f"{DATABASE}'sqlite:///shop.db'\n",
}


def asked(files: Mapping[str, str], **facts: Any) -> dict[str, DeployPath]:
    """Platform → what it says of these files."""
    known = facts_of(files, **facts)
    return {each.name: each for each in deploy_paths(known, judge(known).findings)}


def ask(name: str, files: Mapping[str, str], **facts: Any) -> DeployPath:
    """What one platform says of these files."""
    return asked(files, **facts)[name]


def missing(name: str, files: Mapping[str, str], **facts: Any) -> str:
    """What one platform wants changed, as one text."""
    return "\n".join(ask(name, files, **facts).missing)
