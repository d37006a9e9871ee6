"""What the host tells a keeper when it is born: everything a command of the sandbox needs."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from worker.sandboxd import egress
from worker.sandboxd.egress import Egress
from worker.sandboxd.isolation.cgroups import Group


@dataclass(frozen=True)
class Order:
    """One sandbox as its keeper needs it; plain values, so that it travels as JSON."""

    sandbox_id: str
    #: The sandbox's folder, as the host's user finds it.
    directory: str
    #: `bwrap+cgroup`, `bwrap+prlimit` or `none`.
    tier: str
    #: The user that commands run as; none: the host's own.
    uid: int | None
    bwrap: str
    #: bubblewrap's options that are the same for every command.
    options: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    #: Arguments of `ulimit`, one a limit.
    ulimits: tuple[str, ...]
    #: Bytes of memory; watched by the keeper where there is no control group.
    memory: int
    #: Controller → folder; empty without control groups.
    groups: Mapping[str, str]
    #: Configured registries as (host, port).
    registries: tuple[tuple[str, int], ...]
    network: Mapping[str, object]
    auto_resume: bool = False

    @property
    def group(self) -> Group | None:
        """The sandbox's control group."""
        return Group({name: Path(folder) for name, folder in self.groups.items()}) if self.groups else None

    @property
    def egress(self) -> Egress:
        """What commands may reach from the start."""
        return egress.from_json(self.network)

    @property
    def isolated(self) -> bool:
        """Whether commands run in a box of their own."""
        return self.tier != "none"

    def dump(self) -> bytes:
        """The order as one line of JSON."""
        return json.dumps(asdict(self)).encode() + b"\n"


def load_order(line: bytes) -> Order:
    """The order that `dump` wrote."""
    found = json.loads(line)
    for name in ("options", "ulimits"):
        found[name] = tuple(found[name])
    found["registries"] = tuple((host, port) for host, port in found["registries"])
    return Order(**found)
