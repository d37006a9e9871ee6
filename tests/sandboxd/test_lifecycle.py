"""A sandbox is made, found, prolonged, paused, resumed and ended through the unmodified SDK."""

import httpx
import pytest
from e2b import AuthenticationException, Sandbox, SandboxNotFoundException, SandboxQuery, SandboxState

from tests.sandboxd.running import RunningSandboxHost, wait_until


def test_the_host_tells_its_isolation_without_a_key(host: RunningSandboxHost) -> None:
    assert httpx.get(host.url + "/health", timeout=30).json()["isolation"].startswith("bwrap+")


def test_a_sandbox_is_made_and_killed(host: RunningSandboxHost) -> None:
    sandbox = Sandbox.create(timeout=300, **host.options)
    assert sandbox.is_running()
    assert sandbox.kill() is True
    assert sandbox.is_running() is False
    assert sandbox.kill() is False


def test_another_key_is_refused(host: RunningSandboxHost) -> None:
    with pytest.raises(AuthenticationException):
        Sandbox.create(api_key="e2b_" + "0" * 32, api_url=host.url, sandbox_url=host.url)


def test_sandboxes_are_listed_by_metadata(host: RunningSandboxHost) -> None:
    sandbox = Sandbox.create(timeout=300, metadata={"preview": "a/b #1 & more"}, **host.options)
    found = Sandbox.list(query=SandboxQuery(metadata={"preview": "a/b #1 & more"}), **host.options).next_items()
    others = Sandbox.list(query=SandboxQuery(metadata={"preview": "other"}), **host.options).next_items()
    sandbox.kill()
    assert [info.sandbox_id for info in found] == [sandbox.sandbox_id]
    assert others == []


def test_the_list_comes_in_pages(host: RunningSandboxHost) -> None:
    made = [Sandbox.create(timeout=300, metadata={"set": "pages"}, **host.options) for _ in range(3)]
    pages = Sandbox.list(query=SandboxQuery(metadata={"set": "pages"}), limit=2, **host.options)
    sizes = []
    while pages.has_next:
        sizes.append(len(pages.next_items()))
    for sandbox in made:
        sandbox.kill()
    assert sizes == [2, 1]


def test_connecting_finds_the_same_sandbox(host: RunningSandboxHost, sandbox: Sandbox) -> None:
    sandbox.files.write("mark", "here")
    again = Sandbox.connect(sandbox.sandbox_id, timeout=300, **host.options)
    assert again.files.read("mark") == "here"


def test_connecting_to_what_is_gone_says_so(host: RunningSandboxHost) -> None:
    with pytest.raises(SandboxNotFoundException):
        Sandbox.connect("i" + "0" * 20, **host.options)


def test_one_idempotency_key_makes_one_sandbox(host: RunningSandboxHost) -> None:
    first = Sandbox.create(timeout=300, idempotency_key="same-1", **host.options)
    second = Sandbox.create(timeout=300, idempotency_key="same-1", **host.options)
    assert first.sandbox_id == second.sandbox_id
    first.kill()


def test_a_sandbox_ends_at_its_timeout(host: RunningSandboxHost) -> None:
    sandbox = Sandbox.create(timeout=300, **host.options)
    sandbox.set_timeout(1)
    wait_until(lambda: not sandbox.is_running(), "the sandbox to end")
    folder = host.data_dir / "sandboxes" / sandbox.sandbox_id
    wait_until(lambda: not folder.exists(), "its folder to go")


def test_a_paused_sandbox_stands_still_and_goes_on(host: RunningSandboxHost, sandbox: Sandbox) -> None:
    sandbox.commands.run("while :; do echo x >> ticks; sleep 0.01; done", background=True, timeout=0).disconnect()
    ticks = host.data_dir / "sandboxes" / sandbox.sandbox_id / "root/home/user/ticks"
    wait_until(lambda: ticks.exists() and ticks.stat().st_size > 4, "it to run")
    assert sandbox.pause() is True
    still = ticks.stat().st_size
    assert sandbox.get_info().state == SandboxState.PAUSED
    assert sandbox.pause() is False
    assert ticks.stat().st_size == still
    Sandbox.connect(sandbox.sandbox_id, timeout=300, **host.options)
    wait_until(lambda: ticks.stat().st_size > still, "it to go on")


def test_a_sandbox_may_be_paused_at_its_timeout_instead(host: RunningSandboxHost) -> None:
    sandbox = Sandbox.create(timeout=300, lifecycle={"on_timeout": "pause"}, **host.options)
    sandbox.set_timeout(1)
    wait_until(lambda: sandbox.get_info().state == SandboxState.PAUSED, "it to be paused")
    again = Sandbox.connect(sandbox.sandbox_id, timeout=300, **host.options)
    assert again.commands.run("echo awake").stdout == "awake\n"
    again.kill()


def test_its_use_is_measured(sandbox: Sandbox) -> None:
    [sample] = sandbox.get_metrics()
    assert sample.mem_total == 256 << 20
    assert sample.disk_total == 96 << 20
    assert 0 <= sample.mem_used < sample.mem_total


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v2/sandboxes", {}),
        ("/v2/sandboxes", {"templateID": "base", "timeout": -1}),
        ("/v2/sandboxes", {"templateID": "base", "metadata": {"a": 1}}),
        ("/v2/sandboxes", {"templateID": "base", "network": {"allowOut": ["10.0.0.0/8"]}}),
    ],
)
def test_a_wrong_request_is_refused_in_words(host: RunningSandboxHost, path: str, body: object) -> None:
    answer = host.call("POST", path, body)
    assert answer.status_code == 400
    assert answer.json()["message"]
