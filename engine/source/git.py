"""git as we run it: without the machine's or the repository's configuration, hooks, prompts, or secrets in argv."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from engine.forge.port import CloneCredentials
from engine.shell.port import Output, Shell

#: Options of every call. Redirects would carry the header to another host.
OPTIONS = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "credential.helper="),
    *("-c", "gc.auto=0"),
    *("-c", "http.followRedirects=false"),
    *("-c", "submodule.recurse=false"),
    *("-c", "fetch.recurseSubmodules=false"),
    *("-c", "protocol.version=2"),
)
SEARCH_PATH = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin"


@dataclass(frozen=True)
class Git:
    """Runs git in one bare repository. `protocols` are those that it may speak."""

    shell: Shell
    folder: Path
    #: Prefix of the command, such as a limit on the size of files.
    prefix: tuple[str, ...] = ()

    def run(
        self,
        arguments: Sequence[str],
        *,
        timeout: float,
        environment: Mapping[str, str] | None = None,
        limit: int = 1 << 30,
        stdin: bytes = b"",
    ) -> Output:
        """One git command. Raises Unreachable after `timeout` seconds or `limit` bytes of output."""
        return self.shell.run(
            (*self.prefix, "git", *OPTIONS, *arguments),
            folder=self.folder,
            environment=_quiet(self.folder) | dict(environment or {}),
            timeout=timeout,
            limit=limit,
            stdin=stdin,
        )


def _quiet(folder: Path) -> dict[str, str]:
    return {
        "PATH": SEARCH_PATH,
        "HOME": str(folder),
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_DIR": str(folder),
    }


def remote_environment(credentials: CloneCredentials, extra_protocols: Sequence[str]) -> dict[str, str]:
    """What git needs to reach one remote: its protocol allowed, the token as a header for that host alone."""
    parts = urlsplit(credentials.url)
    allowed = ["https", *extra_protocols]
    if parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"):
        # The playground's GitHub has no certificate.
        allowed.append("http")
    environment = {"GIT_ALLOW_PROTOCOL": ":".join(allowed)}
    token = credentials.token.reveal()
    if not token or parts.scheme not in ("http", "https"):
        return environment
    pair = base64.b64encode(f"{credentials.username}:{token}".encode()).decode()
    return environment | {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{parts.scheme}://{parts.netloc.rpartition('@')[2]}/.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {pair}",
    }
