"""An environment of a project: where a release lives, and what stands before it."""

import hashlib
import re
from dataclasses import dataclass

#: Names that people may give an environment in `slipway.yml`.
NAME = re.compile(r"[a-z][a-z0-9-]{0,29}")


@dataclass(frozen=True)
class Environment:
    """An environment, as stored. `release_id` is the pointer that a deploy moves."""

    #: Public id, `env_…`.
    id: str
    installation_id: int
    repository_id: int
    name: str
    #: local | aws_ec2 | vercel | railway
    target: str
    #: First label of its host name, such as `production--shop-7k2m1q`.
    label: str
    #: `public` or `private`.
    access: str
    #: The release that serves; empty while none does.
    release_id: str
    #: Rises with each change of what serves; what an older generation started is killed.
    generation: int
    #: Where the local target runs it; empty: nowhere yet.
    sandbox_id: str
    #: The newest version of its variables; 0: none were ever set.
    variables_version: int
    #: Why automatic deploys wait, who said so and when (Unix seconds; 0: they don't); empty: they go on.
    hold: str
    hold_by: str
    hold_at: float
    #: JSON of the rules (engine.project.environments.Rules) as the default branch had them last.
    rules: str
    #: True once the default branch's `slipway.yml` no longer names it.
    retired: bool
    #: How often the application has died by itself since it was well, why last, and when it is started again
    #: (Unix seconds; 0: nothing is planned).
    deaths: int
    death: str
    revive_at: float
    #: The port that the serving release listens on in its sandbox; 0: none.
    port: int


def environment_label(name: str, repository: str, repository_id: int) -> str:
    """Host label of an environment, at most 63 characters (RFC 1035), unique per repository id and name."""
    project = re.sub(r"[^a-z0-9]+", "-", repository.rsplit("/", 1)[-1].lower()).strip("-")[:24].strip("-") or "app"
    own = hashlib.sha256(f"environment:{repository_id}:{name}".encode()).hexdigest()[:6]
    return f"{name}--{project}-{own}"
