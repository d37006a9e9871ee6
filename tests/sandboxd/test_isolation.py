"""From inside a build and from inside a run: the host, its files, its network and other sandboxes are out of reach."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from e2b import Sandbox

from tests.sandboxd.programs import REACH, SERVER
from tests.sandboxd.running import RunningSandboxHost

METADATA_ADDRESSES = ("169.254.169.254:80", "[fd00:ec2::254]:80")


@pytest.fixture(params=["build", "run"])
def inside(request: pytest.FixtureRequest, sandbox: Sandbox, registries: list[str]) -> Sandbox:
    """A sandbox as it is while it builds (with the registries allowed) and as it is while it runs."""
    sandbox.update_network({"allow_out": registries} if request.param == "build" else {"allow_internet_access": False})
    sandbox.files.write("reach.py", REACH)
    return sandbox


@pytest.fixture
def listeners() -> Iterator[list[str]]:
    """Stand-ins for the bot, Redis and the database on every address of this machine."""
    with ExitStack() as stack:
        places = []
        for address in ("127.0.0.1", "0.0.0.0", "::1"):
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            listener = stack.enter_context(socket.socket(family))
            listener.bind((address, 0))
            listener.listen()
            names = [address] if address != "0.0.0.0" else ["127.0.0.1", *_own_addresses()]
            places += [f"{_bracketed(name)}:{listener.getsockname()[1]}" for name in names]
        yield places


def test_no_address_of_the_host_answers(inside: Sandbox, listeners: list[str], host: RunningSandboxHost) -> None:
    places = [*listeners, f"127.0.0.1:{host.port}", *METADATA_ADDRESSES]
    result = inside.commands.run(f"python3 reach.py {' '.join(places)}")
    assert result.stdout == f"tried {len(places)}\n"


def test_the_proxy_leads_to_no_address_of_the_host(inside: Sandbox, listeners: list[str]) -> None:
    names = [*listeners, *METADATA_ADDRESSES, "localhost:80", "0x7f.1:80", "[::ffff:127.0.0.1]:80", "2130706433:80"]
    for name in names:
        answer = inside.commands.run(
            f"curl -s -g -o /dev/null -w '%{{http_code}}' --noproxy '' 'http://{name}/' || true"
        )
        assert answer.stdout.strip("'") == "403", name


def test_another_sandboxs_application_does_not_answer(host: RunningSandboxHost, inside: Sandbox) -> None:
    other = Sandbox.create(timeout=300, **host.options)
    other.files.write("server.py", SERVER)
    other.commands.run(
        "exec python3 server.py 0.0.0.0 x", background=True, timeout=0, envs={"PORT": "8137"}
    ).disconnect()
    result = inside.commands.run(f"python3 reach.py 127.0.0.1:8137 {' '.join(f'{a}:8137' for a in _own_addresses())}")
    other.kill()
    assert "REACHED" not in result.stdout


def test_no_file_of_the_installation_is_seen(host: RunningSandboxHost, inside: Sandbox) -> None:
    canary = host.data_dir / "slipway.db"
    canary.write_text("canary-of-the-database")
    canary.chmod(0o666)
    for path in (host.data_dir, canary, Path(__file__), Path.home(), Path("/etc/shadow")):
        assert inside.commands.run(f"ls -d '{path}' 2>/dev/null | wc -l").stdout == "0\n", path
    places = "/home /tmp /etc /run /var /mnt /srv /media /dev"
    found = inside.commands.run(f"grep -rl canary-of-the-database {places} 2>/dev/null; true")
    assert found.stdout == ""


def test_no_process_of_others_is_seen(inside: Sandbox) -> None:
    seen = inside.commands.run("cat /proc/[0-9]*/environ | tr '\\0' '\\n'; ls /proc | grep -c '^[0-9]'").stdout
    assert "SANDBOXD_API_KEY" not in seen
    assert "DATA_DIR" not in seen
    assert int(seen.split()[-1]) < 12


def test_nothing_can_be_gained(inside: Sandbox) -> None:
    status = inside.commands.run("grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status | tr -d '\\n\\t '").stdout
    assert status == "CapBnd:0000000000000000CapEff:0000000000000000NoNewPrivs:1" or status.startswith(
        "CapEff:0000000000000000"
    )
    for command in ("unshare -U true", "mount -t tmpfs x /tmp", "touch /usr/x", "touch /etc/x", "mknod /tmp/d b 8 0"):
        assert inside.commands.run(f"{command} 2>/dev/null && echo gained; true").stdout == "", command


def test_the_terminal_of_the_host_is_not_there(inside: Sandbox) -> None:
    result = inside.commands.run(
        "test -t 0 || test -t 1 || ls /dev/tty[0-9]* /dev/sd* /dev/vd* /dev/mem 2>/dev/null; true"
    )
    assert result.stdout == ""


def test_the_caches_of_trust_levels_are_apart(host: RunningSandboxHost) -> None:
    trusts = ("repository:1", "repository:1", "fork:1", None)
    made = [
        Sandbox.create(timeout=300, metadata={"slipway_trust": trust} if trust else None, **host.options)
        for trust in trusts
    ]
    made[0].commands.run("echo poison > ~/.cache/canary")
    seen = [box.commands.run("cat ~/.cache/canary 2>/dev/null; true").stdout.strip() for box in made]
    for box in made:
        box.kill()
    assert seen == ["poison", "poison", "", ""]


def test_trust_levels_are_users_of_their_own(host: RunningSandboxHost) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give sandboxes users of their own")
    made = [
        Sandbox.create(timeout=300, metadata={"slipway_trust": trust}, **host.options)
        for trust in ("repository:7", "repository:8")
    ]
    owners = {(host.data_dir / "sandboxes" / box.sandbox_id / "root/home/user").stat().st_uid for box in made}
    for box in made:
        box.kill()
    assert len(owners) == 2
    assert 0 not in owners


def _own_addresses() -> list[str]:
    found = {entry[4][0] for entry in socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM)}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("203.0.113.1", 9))
            found.add(probe.getsockname()[0])
        except OSError:
            pass
    return sorted(str(address) for address in found if not str(address).startswith(("127.", "::1")))


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
