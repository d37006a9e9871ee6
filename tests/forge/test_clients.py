"""The way to GitHub: tokens that reach little, sign-in, and clones."""

import subprocess
import sys
import urllib.parse
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from engine.domain.permission import Role
from engine.errors import Denied, Gone
from engine.forge.clients import GitHubClients
from engine.forge.github import GitHubForge
from engine.forge.grants import (
    CLONE,
    EDIT_ON_COMMITS,
    GRANTS,
    LOOK,
    LOOK_AT_CHECKS,
    WRITE_CHECKS,
    WRITE_CONVERSATION,
    WRITE_FILES,
)
from engine.forge.port import RepositoryRef
from engine.settings import Secret
from tests.forge.at_playground import AtPlayground


def test_a_token_reaches_its_own_repository_only(github: AtPlayground) -> None:
    token = github.clients.token(github.ref("acme/shop"), LOOK).reveal()
    with github.playground.client(token) as client:
        assert client.get("/repos/acme/shop").status_code == 200
        assert client.get("/repos/acme/api").status_code == 404


def test_a_token_may_do_what_it_is_for_and_no_more(github: AtPlayground) -> None:
    shop = github.ref("acme/shop")
    refused = {"name": "x", "head_sha": github.call("reader", "GET", "/repos/acme/shop/pulls/1")["head"]["sha"]}
    with pytest.raises(Denied):
        github.clients.request(shop, LOOK, "POST", "/check-runs", json=refused)
    with pytest.raises(Denied):
        github.clients.request(shop, WRITE_CHECKS, "POST", "/issues/1/comments", json={"body": "x"})
    with pytest.raises(Denied):
        github.clients.request(shop, LOOK_AT_CHECKS, "POST", "/check-runs", json=refused)
    with pytest.raises(Denied):
        github.clients.request(shop, LOOK, "POST", "/git/blobs", json={"content": "x"})
    assert [each for each in GRANTS if ("contents", "write") in each.permissions] == [EDIT_ON_COMMITS, WRITE_FILES]


def test_a_token_is_used_again(github: AtPlayground) -> None:
    shop = github.ref("acme/shop")
    assert github.clients.token(shop, CLONE) == github.clients.token(shop, CLONE)
    assert github.clients.token(shop, CLONE) != github.clients.token(shop, WRITE_CONVERSATION)


def test_a_token_that_github_has_forgotten_is_minted_anew(github: AtPlayground) -> None:
    shop = github.ref("acme/site")
    token = github.clients.token(shop, LOOK).reveal()
    with github.playground.client(token) as client:
        assert client.delete("/installation/token").status_code == 204
    assert b'"number"' in github.clients.request(shop, LOOK, "GET", "/pulls/1")
    assert github.clients.token(shop, LOOK).reveal() != token


def test_an_installation_that_is_not_there_is_gone(github: AtPlayground) -> None:
    with pytest.raises(Gone):
        github.clients.token(RepositoryRef(987_654, 1, "acme/shop"), LOOK)


def test_git_clones_with_the_credentials(github: AtPlayground, tmp_path: Path) -> None:
    token = github.clients.token(github.ref("acme/shop"), CLONE).reveal()
    url = github.playground.git_url("acme/shop", token)
    subprocess.run(["git", "clone", "-q", "--", url, str(tmp_path / "shop")], check=True, timeout=60)
    assert (tmp_path / "shop" / "requirements.txt").exists()


def test_whoever_signs_in_is_told_by_their_code(github: AtPlayground) -> None:
    redirect = "http://localhost:8080/signin/callback"
    person = github.clients.user_of_code(a_code(github, "reader", redirect), redirect)
    assert (person.login, person.bot) == ("reader", False)
    assert person.id > 0


def test_a_code_that_is_wrong_or_spent_is_denied(github: AtPlayground) -> None:
    redirect = "http://localhost:8080/signin/callback"
    code = a_code(github, "reader", redirect)
    github.clients.user_of_code(code, redirect)
    for bad in (code, "nonsense"):
        with pytest.raises(Denied, match="signing in through GitHub"):
            github.clients.user_of_code(bad, redirect)


def test_a_wrong_key_is_denied(github: AtPlayground) -> None:
    shop = github.ref("acme/shop")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with (
        closing(GitHubClients(replace(github.app, private_key=Secret(pem)))) as stranger,
        pytest.raises(Denied, match="401"),
    ):
        stranger.token(shop, LOOK)


def test_githubs_generated_models_are_never_loaded() -> None:
    program = (
        "import sys; import engine.forge.github;"
        "print([name for name in sys.modules if name.startswith(('githubkit.webhooks', 'githubkit_schemas.latest'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def a_code(github: AtPlayground, login: str, redirect: str) -> str:
    """Signs in at the page as a browser does."""
    asked = {"client_id": github.app.client_id, "redirect_uri": redirect, "state": "s"}
    url = f"{github.playground.web_url}/login/oauth/authorize"
    with httpx.Client(trust_env=False) as browser:
        page = browser.get(url, params=asked)
        fields = dict(_hidden_fields(page.text)) | asked | {"login": login}
        answer = browser.post(url, data=fields, headers={"Origin": github.playground.web_url})
    assert answer.status_code in (302, 303), answer.text
    return urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["location"]).query)["code"][0]


def _hidden_fields(page: str) -> list[tuple[str, str]]:
    parts = [part.split(">")[0] for part in page.split("<input")[1:]]
    named = [dict(word.split("=", 1) for word in part.split() if "=" in word) for part in parts]
    return [(each["name"].strip('"'), each.get("value", "").strip('"/')) for each in named if "name" in each]


def test_nobodys_role_is_read_off_an_installation_that_is_not_there(github: AtPlayground) -> None:
    forge = GitHubForge(github.clients)
    assert forge.permission(github.ref("acme/shop"), "nobody-at-all") is Role.NONE
    with pytest.raises(Gone):
        forge.permission(RepositoryRef(987_654, 1, "acme/shop"), "admin")
