"""The workshop in a sandbox of its own, which reaches the package registries and nothing else, and is always ended."""

import base64
import binascii
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from engine.errors import OutsideError, Unreachable
from engine.pipeline.revision import HOME
from engine.readiness.fixes.fix import NotFixable
from engine.sandboxes.port import Command, Finished, Sandbox, Sandboxes, SandboxGone, SandboxSpec

#: By which a later try finds what an earlier one left.
FIX_KEY = "slipway_fix"
FOLDER = f"{HOME}/fix"
#: Seconds for the package manager, and for what is quick.
TIMEOUT, QUICK = 150.0, 20.0
#: Seconds after which its host ends it by itself, whatever became of us.
LIFETIME = 300.0
#: Bytes of what comes out.
LARGEST = 4 << 20
#: Addresses in what a package manager says are this machine's own matter.
ADDRESS = re.compile(r"\w+://\S+")
#: No interpreter is fetched, nobody is asked, nothing decorates.
ENVIRONMENT = {
    "HOME": HOME,
    "CI": "1",
    "NO_COLOR": "1",
    "UV_NO_PROGRESS": "1",
    "UV_PYTHON_DOWNLOADS": "never",
    "npm_config_update_notifier": "false",
}

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SandboxWorkshop:
    """The Workshop of one fix."""

    sandboxes: Sandboxes
    fix_id: str
    #: Whose package cache it may share.
    trust: str

    def run(self, argv: Sequence[str], files: Mapping[str, bytes], wanted: str) -> bytes:
        """The bytes of `wanted` after `argv` ran beside these files. Raises NotFixable, Unreachable."""
        with self._sandbox() as sandbox:
            for path, content in files.items():
                sandbox.write(f"{FOLDER}/{path}", content)
            sandbox.allow_egress(self.sandboxes.registries())
            finished, said = _run(sandbox, argv, TIMEOUT)
            if finished.exit_code or finished.timed_out or finished.out_of_memory:
                raise NotFixable(_why(argv, finished, said))
            sandbox.allow_egress(())
            # Base64: a sandbox's output is text, and may come in any pieces.
            finished, said = _run(sandbox, ("base64", "-w0", wanted), QUICK)
        try:
            content = base64.b64decode(said.strip(), validate=True)
        except binascii.Error:
            content = b""
        if finished.exit_code or not content or len(content) > LARGEST:
            raise NotFixable(f"Running `{_shown(argv)}`: it left no `{wanted}` that could be committed.")
        return content

    @contextmanager
    def _sandbox(self) -> Iterator[Sandbox]:
        """One of its own; what an earlier try left is ended first."""
        mark = {FIX_KEY: self.fix_id}
        for left in self.sandboxes.find(mark):
            self.sandboxes.kill(left)
        sandbox = self.sandboxes.create(SandboxSpec(self.fix_id, self.trust, LIFETIME, mark))
        try:
            yield sandbox
        except SandboxGone as error:
            # Another one does as well: nothing of it was kept.
            raise Unreachable(str(error)) from error
        finally:
            self._end(sandbox)

    def _end(self, sandbox: Sandbox) -> None:
        try:
            self.sandboxes.kill(sandbox.id)
        except OutsideError as error:
            # Its lifetime ends it; what was made in it is good all the same.
            log.warning("fix.workshop_not_ended", fix=self.fix_id, error=str(error))


def _run(sandbox: Sandbox, argv: Sequence[str], timeout: float) -> tuple[Finished, bytes]:
    output: list[bytes] = []
    finished = sandbox.run(Command(tuple(argv), FOLDER, dict(ENVIRONMENT), timeout), output.append)
    return finished, b"".join(output)


def _shown(argv: Sequence[str]) -> str:
    """Enough of a command to know which it was."""
    return shlex.join([*argv[:3], "…"] if len(argv) > 3 else argv).replace("'…'", "…")


def _why(argv: Sequence[str], finished: Finished, said: bytes) -> str:
    """The sentence for a package manager that couldn't: its own last words, without addresses."""
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    if finished.timed_out:
        how = f"it took longer than {TIMEOUT:.0f} s"
    elif finished.out_of_memory:
        how = "it ran out of memory"
    else:
        how = f"it ended with {finished.exit_code}"
    told = ADDRESS.sub("the registry", " ".join(lines[-3:]))[:300]
    return f"Running `{_shown(argv)}`: {how}{': ' if told else ''}{told}"
