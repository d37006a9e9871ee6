"""What a build job is about, read in one go."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.domain.build import Build
from engine.domain.gate import fork_subject
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
    default_branch: str
    wanted: Wanted
    port: int
    #: The id of this Slipway.
    instance: str
    #: Of a fork's pull request, the subject of the gate before it: nothing is shared with what isn't that fork's, and
    #: no variable reaches it. Empty: a branch of the repository itself.
    fork: str
    #: Other builds of the preview that may have left something in its sandbox, newest first.
    others: tuple[str, ...]

    @property
    def trust(self) -> str:
        """Whose package cache its sandbox may share."""
        return self.fork or f"repository:{self.preview.repository_id}"

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
    fork = pull_request is not None and pull_request.fork
    if pull_request is not None and not fork:
        refs.append(f"refs/heads/{pull_request.head_ref}")
    taken = builds.port_of(connection, preview.serving_build_id) if preview.serving_build_id else 0
    others = [each.id for each in builds.of_preview(connection, preview.id)[:REMEMBERED] if each.id != build_id]
    return Target(
        build=build,
        preview=preview,
        repository=repository.ref,
        default_branch=repository.default_branch,
        wanted=Wanted(preview.repository_id, build.sha, tuple(refs)),
        port=port_for(build.number, taken),
        instance=meta.instance(connection),
        fork=fork_subject(preview.repository_id, preview.number) if fork else "",
        others=tuple(others),
    )
