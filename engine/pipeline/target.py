"""What a build job is about, read in one go."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.domain.build import Build
from engine.domain.preview import Preview
from engine.forge.port import RepositoryRef
from engine.pipeline.launch import port_for
from engine.source.mirrors import Wanted
from engine.store import builds, meta, previews, pull_requests, repositories

#: Builds whose folders are looked for when a sandbox is cleaned.
REMEMBERED = 20


@dataclass(frozen=True)
class Target:
    """A build with everything that its stages need to know."""

    build: Build
    preview: Preview
    repository: RepositoryRef
    wanted: Wanted
    port: int
    #: The id of this Slipway.
    instance: str
    #: Other builds of the preview that may have left something in its sandbox, newest first.
    others: tuple[str, ...]

    @property
    def superfluous(self) -> tuple[str, ...]:
        """Builds whose folders can go while the serving one stays."""
        return tuple(each for each in self.others if each != self.preview.serving_build_id)

    def after_switch(self) -> "Target":
        """The same, once this build serves."""
        return replace(self, preview=replace(self.preview, serving_build_id=self.build.id))


def read_target(connection: Connection, build_id: str) -> Target | None:
    """The target of a job; None when its build or repository is no longer known."""
    build = builds.by_id(connection, build_id)
    preview = previews.by_id(connection, build.preview_id) if build else None
    repository = repositories.by_id(connection, build.repository_id) if build else None
    if build is None or preview is None or repository is None:
        return None
    pull_request = pull_requests.by_number(connection, preview.repository_id, preview.number)
    refs = [f"refs/pull/{preview.number}/head"]
    if pull_request is not None and not pull_request.fork:
        refs.append(f"refs/heads/{pull_request.head_ref}")
    taken = builds.port_of(connection, preview.serving_build_id) if preview.serving_build_id else 0
    others = [each.id for each in builds.of_preview(connection, preview.id)[:REMEMBERED] if each.id != build_id]
    return Target(
        build=build,
        preview=preview,
        repository=RepositoryRef(repository.installation_id, repository.id, repository.full_name),
        wanted=Wanted(preview.repository_id, build.sha, tuple(refs)),
        port=port_for(build.number, taken),
        instance=meta.instance(connection),
        others=tuple(others),
    )
