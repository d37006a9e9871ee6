"""Sandboxes through the unmodified `e2b` SDK: E2B's cloud and our own sandbox host speak the same protocol."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from e2b import Sandbox as SdkSandbox
from e2b import SandboxQuery
from e2b.connection_config import ApiParams

from engine.errors import Unreachable
from engine.sandboxes.e2b_calls import call
from engine.sandboxes.e2b_errors import translated
from engine.sandboxes.e2b_sandbox import E2bSandbox
from engine.sandboxes.port import Finished, LastWords, SandboxGone, SandboxSpec
from engine.settings import Secret

#: Metadata of our own sandbox host: whose package cache may be shared.
TRUST_KEY = "slipway_trust"
#: The longest life that E2B's cloud grants, in seconds.
CLOUD_LIFETIME = 86_400
#: The life that connecting grants again, in seconds.
RENEWED_LIFETIME = 30 * 86_400
#: How long one call to the control plane may take, in seconds.
REQUEST_TIMEOUT = 30.0


@dataclass(frozen=True)
class E2bHost:
    """Where sandboxes live."""

    api_key: Secret
    #: Address of our own sandbox host; empty: E2B's cloud.
    url: str = ""
    #: The data folder of our own host, which holds the doors of ports.
    data_dir: Path | None = None
    template: str = "base"
    #: What a build may reach on E2B's cloud, which doesn't know which registries are ours.
    cloud_registries: tuple[str, ...] = ()
    #: How long one call may take, in seconds.
    request_timeout: float = REQUEST_TIMEOUT


class E2bSandboxes:
    """The Sandboxes port."""

    def __init__(self, host: E2bHost) -> None:
        self._host = host
        self._params: ApiParams = {"api_key": host.api_key.reveal(), "request_timeout": host.request_timeout}
        if host.url:
            self._params |= {"api_url": host.url, "sandbox_url": host.url, "http_version": "1.1"}

    def create(self, spec: SandboxSpec) -> E2bSandbox:
        """A new sandbox, without a way out until `allow_egress`; visitors only come through its door."""
        with translated("creating a sandbox"):
            made = SdkSandbox.create(
                self._host.template,
                timeout=self._lifetime(spec.lifetime),
                metadata={**spec.metadata, TRUST_KEY: spec.trust},
                network={"deny_out": ["0.0.0.0/0"], "allow_public_traffic": bool(self._host.url)},
                **self._params,
            )
        return E2bSandbox(made, self._host.data_dir)

    def connect(self, sandbox_id: str) -> E2bSandbox:
        """The living sandbox of that id. Raises SandboxGone."""
        if not sandbox_id.isalnum():
            raise SandboxGone(f"connecting to the sandbox {sandbox_id!r}: there is none of that id")
        with translated(f"connecting to the sandbox {sandbox_id}"):
            found = SdkSandbox.connect(sandbox_id, timeout=self._lifetime(RENEWED_LIFETIME), **self._params)
        return E2bSandbox(found, self._host.data_dir)

    def kill(self, sandbox_id: str) -> None:
        """Ends it with all that runs in it; returns when the host no longer knows it."""
        if not sandbox_id.isalnum():
            return
        with translated(f"ending the sandbox {sandbox_id}"):
            SdkSandbox.kill(sandbox_id, **self._params)
        # A kill is believed when the host, asked again, says that there is none.
        try:
            with translated(f"ending the sandbox {sandbox_id}"):
                SdkSandbox.get_info(sandbox_id, **self._params)
        except SandboxGone:
            return
        raise Unreachable(f"ending the sandbox {sandbox_id}: it is still there", retry_after=1)

    def find(self, metadata: dict[str, str]) -> dict[str, dict[str, str]]:
        """The living sandboxes that carry all of `metadata`: id → all that each carries."""
        found: dict[str, dict[str, str]] = {}
        with translated("looking for sandboxes"):
            pages = SdkSandbox.list(SandboxQuery(metadata=metadata), **self._params)
            while pages.has_next:
                found |= {info.sandbox_id: dict(info.metadata) for info in pages.next_items()}
        return found

    def registries(self) -> tuple[str, ...]:
        """Hosts that builds may reach: our own host knows those of this machine's package clients."""
        if not self._host.url:
            return self._host.cloud_registries
        with translated("asking the sandbox host for its registries"):
            answer = call("GET", f"{self._host.url}/sandboxd/egress", {"X-API-KEY": self._host.api_key.reveal()})
        return tuple(str(each) for each in answer.get("registries", ()))

    def memory_used(self, sandbox_id: str) -> int | None:
        """What our own host measures at this moment; the cloud's samples are older than what is asked about."""
        if not self._host.url:
            return None
        with translated(f"asking how much memory the sandbox {sandbox_id} uses"):
            samples = SdkSandbox.get_metrics(sandbox_id, **self._params)
        return int(samples[-1].mem_used) if samples else None

    def memory_kills(self, sandbox_id: str) -> int | None:
        """What our own host has counted; the cloud counts nothing."""
        if not self._host.url:
            return None
        with translated(f"asking what ran out of memory in the sandbox {sandbox_id}"):
            url = f"{self._host.url}/sandboxes/{quote(sandbox_id, safe='')}/events"
            answer = call("GET", url, {"X-API-KEY": self._host.api_key.reveal()})
        if not answer:
            raise SandboxGone(f"asking what ran out of memory in the sandbox {sandbox_id}: it is gone")
        return int(answer["oomKills"])

    def last_words(self, sandbox_id: str, tags: Mapping[str, str]) -> LastWords | None:
        """What our own host kept of the server that ended last; the cloud keeps nothing."""
        if not self._host.url or not sandbox_id.isalnum():
            return None
        with translated(f"asking how an application of the sandbox {sandbox_id} ended"):
            url = f"{self._host.url}/sandboxes/{sandbox_id}/ended"
            answer = call("GET", url, {"X-API-KEY": self._host.api_key.reveal()})
        for ended in reversed(answer.get("ended", [])):
            if tags.items() <= ended["envs"].items():
                finished = Finished(int(ended["exitCode"]), out_of_memory=bool(ended["outOfMemory"]))
                return LastWords(finished, base64.b64decode(ended["tail"]))
        return None

    def _lifetime(self, seconds: float) -> int:
        return int(seconds if self._host.url else min(seconds, CLOUD_LIFETIME))
