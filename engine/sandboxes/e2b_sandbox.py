"""One sandbox through the `e2b` SDK."""

import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from e2b import CommandExitException, CommandHandle
from e2b import Sandbox as SdkSandbox
from e2b.exceptions import TimeoutException

from engine.errors import Unreachable
from engine.sandboxes.e2b_calls import call
from engine.sandboxes.e2b_errors import heard_out, translated
from engine.sandboxes.e2b_process import E2bProcess, finished_of
from engine.sandboxes.port import Command, Finished, Upstream
from engine.sandboxes.strands import Strands

#: Between two looks at whether a process is gone, in seconds.
LOOK = 0.02
#: How long a SIGKILL may take, in seconds.
KILL_PATIENCE = 10.0
EVERYWHERE = "0.0.0.0/0"


class E2bSandbox:
    """The Sandbox port."""

    def __init__(self, sdk: SdkSandbox, data_dir: Path | None) -> None:
        self._sdk = sdk
        self._data_dir = data_dir

    @property
    def id(self) -> str:
        """Its id at the host."""
        return str(self._sdk.sandbox_id)

    def write(self, path: str, data: bytes) -> None:
        """Writes a file."""
        with translated(f"writing {path} in the sandbox"):
            self._sdk.files.write(path, data)

    def run(self, command: Command, on_output: Callable[[bytes], None]) -> Finished:
        """Runs to the end; output as it comes."""
        strands = Strands(on_output)

        def listen() -> None:
            self._sdk.commands.run(
                _line(command.argv),
                envs=dict(command.environment),
                cwd=command.folder,
                timeout=command.timeout,
                on_stdout=partial(strands.write, "stdout"),
                on_stderr=partial(strands.write, "stderr"),
            )

        doing = f"running {command.argv[0]} in the sandbox"
        try:
            with translated(doing):
                heard_out(doing, listen)
        except CommandExitException as ended:
            return finished_of(ended.exit_code, ended.error)
        except Unreachable as error:
            if command.timeout and isinstance(error.__cause__, TimeoutException) and self._is_running():
                return Finished(-1, timed_out=True)
            raise
        finally:
            strands.finish()
        return Finished(0)

    def start(self, command: Command, on_output: Callable[[bytes], None]) -> E2bProcess:
        """Starts a server; a thread carries its output until `detach` or its end."""

        def begin() -> CommandHandle[None]:
            return self._sdk.commands.run(
                _line(command.argv),
                background=True,
                envs=dict(command.environment),
                cwd=command.folder,
                # The SDK's time-out is of the stream, and its end would end the command with it.
                timeout=0,
                retain_output=False,
            )

        doing = f"starting {command.argv[0]} in the sandbox"
        with translated(doing):
            return E2bProcess(heard_out(doing, begin), on_output)

    def stop(self, unwanted: Callable[[Mapping[str, str]], bool], grace: float) -> int:
        """Ends the processes whose environment is `unwanted`: SIGTERM, after `grace` seconds SIGKILL."""
        victims = self._living(unwanted)
        for pid in victims if grace else ():
            self._terminate(pid)
        left = self._until_gone(victims, grace)
        for pid in left:
            with translated("ending a process in the sandbox"):
                self._sdk.commands.kill(pid)
        if self._until_gone(left, KILL_PATIENCE):
            raise Unreachable("ending a process in the sandbox: it is still there after SIGKILL")
        return len(victims)

    def allow_egress(self, hosts: Sequence[str]) -> None:
        """The hosts that commands started from now on may reach; none: no network at all."""
        with translated("setting what the sandbox may reach"):
            self._sdk.update_network({"allow_out": list(hosts), "deny_out": [EVERYWHERE]})

    def upstream(self, port: int) -> Upstream:
        """Where the gateway and the probe reach `port` inside."""
        if self._data_dir is not None:
            return Upstream(f"unix:{self._data_dir}/sandboxes/{self.id}/ports/{port}.sock")
        return Upstream(f"tls:{self._sdk.get_host(port)}:443#{self._sdk.traffic_access_token or ''}")

    def _is_running(self) -> bool:
        with translated("asking whether the sandbox runs"):
            return bool(self._sdk.is_running())

    def _living(self, unwanted: Callable[[Mapping[str, str]], bool]) -> set[int]:
        with translated("listing the processes of the sandbox"):
            return {process.pid for process in self._sdk.commands.list() if unwanted(process.envs)}

    def _until_gone(self, victims: set[int], seconds: float) -> set[int]:
        """Those of `victims` that are still there after `seconds`."""
        end = time.monotonic() + seconds
        while victims:
            victims = victims & self._living(lambda environment: True)
            if not victims or time.monotonic() >= end:
                break
            time.sleep(LOOK)
        return victims

    def _terminate(self, pid: int) -> None:
        # The SDK's own `kill` only knows SIGKILL; the protocol behind it knows SIGTERM too.
        with translated("ending a process in the sandbox"):
            call(
                "POST",
                f"{self._sdk.envd_api_url}/process.Process/SendSignal",
                self._sdk.connection_config.sandbox_headers,
                {"process": {"pid": pid}, "signal": "SIGNAL_SIGTERM"},
            )


def _line(argv: Sequence[str]) -> str:
    """The one place where a command becomes a string: the SDK gives it to `bash -l -c`.

    Each word is quoted, and `exec` makes the command take the shell's place, so that signals reach it.
    """
    return f"exec {shlex.join(argv)}"
