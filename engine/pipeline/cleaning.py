"""Leaves nothing behind in a sandbox: strays, the revision that served before, folders that nobody needs."""

import time
from collections.abc import Mapping, Sequence

from engine.errors import Superseded
from engine.pipeline.revision import BUILD_TAG, HOME, TRIALS, Turn, folder_of, turn_of
from engine.sandboxes.port import Command, Sandbox
from engine.work.handler import Running

#: Seconds that the old revision gets to answer its last requests.
GRACE = 5.0
#: Seconds between two looks while the old revision drains.
LOOK = 0.1
REMOVE_TIMEOUT = 60.0


def end_strays(sandbox: Sandbox, serving_build_id: str, turn: Turn) -> None:
    """Ends what this turn and earlier ones left, but for the build that serves."""

    def stray(environment: Mapping[str, str]) -> bool:
        ours = environment.get(BUILD_TAG, serving_build_id) != serving_build_id
        return ours and turn_of(environment) <= turn

    sandbox.stop(stray, 0)


def drain(sandbox: Sandbox, build_id: str, notice: float, running: Running) -> None:
    """Ends the revision that served before, once every gateway has had `notice` seconds to hear of the new one."""
    end = time.monotonic() + notice
    try:
        while time.monotonic() < end:
            running.check()
            time.sleep(LOOK)
    except Superseded:
        # The next build waits for this one: no more patience.
        pass
    sandbox.stop(lambda environment: environment.get(BUILD_TAG) == build_id, GRACE)


def clear_away(sandbox: Sandbox, build_ids: Sequence[str], arrivals: Sequence[str] = ()) -> None:
    """Removes the folders of builds, the packed sources of `arrivals`, and what a trial that died has left."""
    folders = [name for build_id in build_ids for name in (folder_of(build_id), f"{folder_of(build_id)}.environment")]
    gone = [*folders, *(f"{HOME}/incoming/{build_id}.tar" for build_id in arrivals)]
    if gone:
        sandbox.run(Command(("rm", "-rf", "--", *gone, TRIALS), HOME, timeout=REMOVE_TIMEOUT), lambda data: None)
