"""A waiver: somebody answers for a finding until a day."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date


@dataclass(frozen=True)
class Waiver:
    """As `slipway.yml` says it under `readiness.waivers`."""

    rule: str
    #: The login of whoever answers for it.
    owner: str
    #: The last day (UTC) on which it holds.
    until: date
    reason: str
    #: Shell pattern over paths, as `preview.paths` are written; empty: everywhere.
    path: str = ""
    #: The finding's own name where a rule has many: `S602`, `GHSA-…`; empty: all.
    id: str = ""


def waivers_json(waivers: Iterable[Waiver]) -> str:
    """As they are stored with an inspection."""
    return json.dumps([{**asdict(each), "until": each.until.isoformat()} for each in waivers], sort_keys=True)


def waivers_from_json(text: str) -> tuple[Waiver, ...]:
    """What `waivers_json` wrote."""
    return tuple(Waiver(**{**each, "until": date.fromisoformat(each["until"])}) for each in json.loads(text or "[]"))
