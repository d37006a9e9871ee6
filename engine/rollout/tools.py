"""What the jobs of environments work with."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.deploy.outcome import Obstacle
from engine.domain.environment import Environment
from engine.domain.release import Release
from engine.errors import Cause, Refusal, StageFailed, Unreachable
from engine.forge.port import CloneCredentials, Forge, RepositoryRef
from engine.pipeline.narrator import Narrator
from engine.reasons import REMEDY
from engine.rollout.proof import Proof
from engine.rollout.scan import Scan, no_scanner
from engine.rollout.scene import Scene, Stored, read_scene
from engine.settings import Secret, Settings
from engine.source.mirrors import GitMirrors
from engine.store.database import Database
from engine.store.log_writer import LogWriter
from engine.targets.port import Bundle, Source, Target
from engine.variables.variables import Variables

#: Opens nothing: what the mirror has needs no key.
NO_CREDENTIALS = CloneCredentials("", "", Secret(""))

#: Why a release may not go on at this moment (engine.deploy.recheck.why_not); None: it may.
Recheck = Callable[[Release], Obstacle | None]


@dataclass(frozen=True)
class Tools:
    """One set serves all jobs of a worker."""

    database: Database
    forge: Forge
    source: GitMirrors
    #: By the name that `slipway.yml` gives them.
    targets: Mapping[str, Target]
    variables: Variables
    settings: Settings
    proof: Proof
    recheck: Recheck
    scan: Scan = no_scanner
    clock: Callable[[], float] = field(default=time.time)

    def scene(self, release_id: str) -> Scene | None:
        """The release as it stands."""
        with self.database.read() as connection:
            return read_scene(connection, release_id)

    def target_of(self, environment: Environment) -> Target:
        """Where it lives. Raises StageFailed for a target that this Slipway hasn't got."""
        if environment.target not in self.targets:
            sentence = f"This Slipway has no target {environment.target}."
            raise StageFailed(Cause(sentence, "Choose a target that it has: `local`.", "target_unavailable"))
        return self.targets[environment.target]

    def opened(self, stored: Stored, log: LogWriter) -> Bundle:
        """The bundle with its values, hidden from the log before anything can say them. Raises StageFailed."""
        release = stored.release
        if not release.variables_version:
            return stored.bundle(self.settings)
        try:
            with self.database.read() as connection:
                values = self.variables.bundle(connection, release.environment_id, release.variables_version)
        except Refusal as refusal:
            raise StageFailed(Cause(str(refusal), REMEDY[refusal.reason], str(refusal.reason))) from refusal
        for secret in values.hidden:
            log.hide(secret)
        return stored.bundle(self.settings, values.values)

    def files(self, stored: Stored, repository: RepositoryRef, log: LogWriter, narrator: Narrator) -> Source:
        """The files of the release's commit: the mirror's while GitHub is away. Raises StageFailed, OutsideError."""
        try:
            credentials = self.forge.clone_credentials(repository)
        except Unreachable as error:
            narrator.line(f"{error}; looking for the commit in the mirror.")
            credentials = NO_CREDENTIALS
        log.hide(credentials.token)
        return self.source.snapshot(stored.wanted, credentials)
