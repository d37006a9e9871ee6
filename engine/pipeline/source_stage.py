"""The source stage inside the sandbox: the files of a revision, in a folder of their own."""

import posixpath
from collections.abc import Iterable, Iterator

from engine.errors import Cause, StageFailed
from engine.pipeline.narrator import Narrator
from engine.pipeline.revision import HOME, Revision
from engine.sandboxes.port import Sandbox
from engine.sandboxes.unpacking import MISSING, unpack
from engine.source.archive import Entry, Kind, pack

UNPACK_TIMEOUT = 120.0


def send_source(
    sandbox: Sandbox, revision: Revision, entries: Iterable[Entry], narrator: Narrator, *, now: float
) -> bool:
    """Puts the files of a revision into its folder; True when its dependencies are installed already.

    `now` (Unix seconds) becomes the files' time of change. Raises StageFailed.

    A fresh folder each time, so that no `.pyc` of an older source of the same second is taken for this one's.
    """
    arrival = arrival_of(revision)
    sandbox.write(arrival, pack(_with_own(revision, entries), folder=f"revisions/{revision.build_id}", now=now))
    narrator.check()
    unpacked = sandbox.run(unpack(arrival, HOME, revision.marker, UNPACK_TIMEOUT), narrator.output)
    if unpacked.exit_code not in (0, MISSING):
        cause = Cause(
            f"Unpacking the source ended with {unpacked.exit_code}; the log says why.",
            "Most often the sandbox's disk is full: make the repository smaller.",
            "source_not_unpacked",
        )
        raise StageFailed(cause)
    return unpacked.exit_code == 0


def arrival_of(revision: Revision) -> str:
    """Where the packed source arrives; removed with the revision before it."""
    return f"{HOME}/incoming/{revision.build_id}.tar"


def _with_own(revision: Revision, entries: Iterable[Entry]) -> Iterator[Entry]:
    """The files, and beside them the plan's own small files and links."""
    plan = revision.plan
    links = {posixpath.normpath(posixpath.join(plan.root, name)): to for name, to in revision.links().items()}
    for entry in entries:
        # What the repository carries at a link's place (a committed node_modules) gives way to it.
        if not any(entry.path == name or entry.path.startswith(f"{name}/") for name in links):
            yield entry
    for name, target in links.items():
        yield Entry(name, Kind.LINK, target.encode())
    for name, text in plan.files.items():
        yield Entry(posixpath.normpath(posixpath.join(plan.root, name)), Kind.FILE, text.encode())
