"""A small world in SQL and a memory forge: one repository with its people, previews and builds."""

import time
from collections.abc import Callable
from pathlib import Path

from engine.access.permissions import Permissions
from engine.domain.build import Build, BuildState
from engine.domain.event import Person, Repository
from engine.domain.permission import Role
from engine.domain.preview import Preview
from engine.forge.commits_memory import MemoryCommits
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.sandboxes.port import Upstream
from engine.store import builds, meta, previews, repositories, routes
from engine.store.database import Database
from tests.databases import furnish

SHOP = Repository(id=7, full_name="acme/shop", default_branch="main", private=True, clone_url="http://127.0.0.1/shop")
INSTALLATION = 3
READER = Person(11, "reader")
WRITER = Person(12, "writer")
OUTSIDER = Person(13, "outsider")
STAGES = (BuildState.STARTING, BuildState.LAUNCHING, BuildState.READY)


class World:
    """Rows, and the forge that says who may do what."""

    def __init__(self, folder: Path, make: Callable[[Database], None] = furnish) -> None:
        self.database = Database(f"sqlite:///{folder.absolute()}/slipway.sqlite3")
        make(self.database)
        self.forge = MemoryForge()
        self.roles = {"reader": Role.READ, "writer": Role.WRITE}
        self.forge.repositories[SHOP.id] = MemoryRepository(SHOP.full_name, roles=self.roles)
        self.commits = MemoryCommits()
        self.permissions = Permissions(self.forge, 60.0)
        with self.database.write() as connection:
            self.instance = meta.instance(connection)
            repositories.record(connection, INSTALLATION, SHOP, time.time())

    def preview(self, number: int = 1, access: str = "private") -> Preview:
        """The preview of a pull request, with nothing in it yet."""
        with self.database.write() as connection:
            return previews.ensure(
                connection,
                installation_id=INSTALLATION,
                repository_id=SHOP.id,
                full_name=SHOP.full_name,
                number=number,
                access=access,
                now=time.time(),
            )

    def build(self, preview: Preview, sha: str = "a" * 40) -> Build:
        """A build that was asked for."""
        with self.database.write() as connection:
            return builds.ask(connection, preview=preview, sha=sha, ask="", requested_by="writer", now=time.time())

    def fail(self, preview: Preview) -> None:
        """The newest build fails, and nothing serves."""
        with self.database.write() as connection:
            build = builds.newest(connection, preview)
            assert build is not None
            builds.advance(connection, build.id, BuildState.FAILED, "It failed", time.time())
            routes.show(connection, preview.id, "failed", time.time())

    def end(self, preview: Preview, life: str) -> None:
        """Stops or removes a preview."""
        with self.database.write() as connection:
            previews.end(connection, preview, "removed" if life == "removed" else "stopped", time.time())

    def serve(self, preview: Preview, upstream: str, sha: str = "a" * 40) -> Build:
        """A build that is ready and answers at `upstream`."""
        build = self.build(preview, sha)
        with self.database.write() as connection:
            for state in STAGES:
                builds.advance(connection, build.id, state, state.value, time.time())
            routes.serve(connection, preview, build.id, Upstream(upstream), time.time())
        return build

    def flip(self, preview: Preview, build: Build, upstream: str) -> None:
        """Sends visitors elsewhere."""
        with self.database.write() as connection:
            routes.serve(connection, preview, build.id, Upstream(upstream), time.time())

    def close(self) -> None:
        """Closes the database."""
        self.database.close()
