"""A build reaches the configured registries and nothing else, a run reaches nothing, and what is refused is named."""

import time

import pytest
from e2b import CommandExitException, Sandbox

from tests.sandboxd.running import RunningSandboxHost


def test_a_package_is_installed_with_uv(sandbox: Sandbox, registries: list[str]) -> None:
    sandbox.update_network({"allow_out": registries})
    sandbox.commands.run("uv venv -q .venv && uv pip install -q six")
    assert sandbox.commands.run(".venv/bin/python -c 'import six; print(six.PY3)'").stdout == "True\n"


def test_a_package_is_installed_with_npm(sandbox: Sandbox, registries: list[str]) -> None:
    sandbox.update_network({"allow_out": registries})
    sandbox.commands.run("echo '{}' > package.json && npm install --silent left-pad")
    assert sandbox.commands.run("node -e \"console.log(require('left-pad')('x', 3))\"").stdout == "  x\n"


def test_a_warm_cache_of_the_same_trust_level_needs_no_network(host: RunningSandboxHost, registries: list[str]) -> None:
    trust = {"slipway_trust": "repository:warm"}
    first = Sandbox.create(timeout=300, metadata=trust, network={"allow_out": registries}, **host.options)
    first.commands.run("uv venv -q .venv && uv pip install -q six")
    first.kill()
    second = Sandbox.create(timeout=300, metadata=trust, **host.options)
    second.commands.run("uv venv -q .venv && uv pip install -q --offline six")
    second.kill()


def test_a_denied_host_is_named(host: RunningSandboxHost, sandbox: Sandbox, registries: list[str]) -> None:
    sandbox.update_network({"allow_out": registries})
    with pytest.raises(CommandExitException) as failure:
        sandbox.commands.run("curl -sS https://packages.example.com/x")
    assert "[slipway] egress to packages.example.com:443 is not allowed" in failure.value.stderr
    denied = host.call("GET", f"/sandboxes/{sandbox.sandbox_id}/egress").json()["denied"]
    assert denied == [{"host": "packages.example.com", "port": 443, "count": 1}]
    folder = host.data_dir / "sandboxes" / sandbox.sandbox_id
    assert not [path for path in folder.rglob("*.log") if b"packages.example.com" in path.read_bytes()]


def test_the_refusal_says_why(sandbox: Sandbox) -> None:
    answer = sandbox.commands.run("curl -s http://packages.example.com/")
    assert answer.stdout == "egress to packages.example.com is not allowed by Slipway\n"


def test_the_egress_is_the_one_at_the_commands_start(sandbox: Sandbox, registries: list[str]) -> None:
    check = f"curl -s -o /dev/null -w '%{{http_connect}}' https://{registries[0]}/ || true"
    sandbox.update_network({"allow_out": registries})
    command = sandbox.commands.run(f"read line; {check}", background=True, stdin=True)
    sandbox.update_network({"allow_internet_access": False})
    assert sandbox.commands.run(check).stdout == "403"
    command.send_stdin("\n")
    assert command.wait().stdout == "200"


def test_a_port_beside_the_web_is_refused(sandbox: Sandbox, registries: list[str]) -> None:
    sandbox.update_network({"allow_out": registries})
    answer = sandbox.commands.run(f"curl -s -o /dev/null -w '%{{http_connect}}' -p http://{registries[0]}:22/ || true")
    assert answer.stdout == "403"


def test_a_warm_install_is_quick(host: RunningSandboxHost, registries: list[str]) -> None:
    trust = {"slipway_trust": "repository:quick"}
    sandbox = Sandbox.create(timeout=120, metadata=trust, network={"allow_out": registries}, **host.options)
    install = "rm -rf .venv && uv venv -q .venv && uv pip install -q flask"
    sandbox.commands.run(install)
    taken = []
    for _ in range(3):
        before = time.monotonic()
        sandbox.commands.run(install)
        taken.append(time.monotonic() - before)
    sandbox.kill()
    print(f"warm installs of flask: {taken}")


def test_no_credentials_are_in_the_package_clients_configuration(sandbox: Sandbox) -> None:
    found = sandbox.commands.run("cat /etc/pip.conf /etc/npmrc /etc/uv/uv.toml").stdout
    assert "cert = /etc/ssl/certs/ca-certificates.crt" in found
    assert "@" not in found.replace("@scope", "")
