"""RQ entries are written by whoever reaches Redis. Only one shape is ours; everything else is thrown away unread."""

import re
import zlib
from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from rq.exceptions import NoSuchJobError
from rq.job import Job

from engine.wakeups.rq import FUNCTION

#: Bytes; an entry of ours has about 60.
LARGEST = 1024

JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

#: Fields that RQ itself writes for an entry of ours; any other must be empty: callbacks, webhooks, dependencies,
#: retries and repetitions make a worker do what the entry says.
HARMLESS = frozenset(
    {
        b"data",
        b"created_at",
        b"enqueued_at",
        b"started_at",
        b"ended_at",
        b"last_heartbeat",
        b"origin",
        b"description",
        b"worker_name",
        b"status",
        b"timeout",
        b"result_ttl",
        b"failure_ttl",
        b"success_callback_timeout",
        b"failure_callback_timeout",
        b"stopped_callback_timeout",
        b"exc_info",
    }
)

#: Of the harmless fields, those that RQ reads as numbers.
NUMBERS = frozenset(name for name in HARMLESS if name.endswith((b"timeout", b"_ttl")))
NUMBER = re.compile(rb"-?[0-9]{1,9}")

log = structlog.get_logger(__name__)


class SafeJob(Job):
    """An RQ job that is our one function with one job id, or doesn't exist."""

    @classmethod
    def fetch(cls, id: str, connection: Any = None, serializer: Any = None) -> Job:
        """The entry, if it is ours. Raises NoSuchJobError, which RQ passes over."""
        try:
            return super().fetch(id, connection=connection, serializer=serializer)
        except (ValueError, TypeError, AttributeError) as error:
            log.warning("rq.entry_thrown_away", entry=id[:64], why=str(error)[:200])
            raise NoSuchJobError(id) from error

    def restore(self, raw_data: Mapping[bytes, bytes]) -> None:
        """Takes over the fields, if they are those of an entry of ours. Raises ValueError."""
        surplus = [name for name, value in raw_data.items() if value and name not in HARMLESS]
        if surplus:
            raise ValueError(f"it has {surplus[0][:64]!r}")
        if not all(NUMBER.fullmatch(raw_data[name]) for name in NUMBERS if raw_data.get(name)):
            raise ValueError("one of its numbers is none")
        if not is_ours(raw_data.get(b"data", b"")):
            raise ValueError("it isn't our function with one job id")
        super().restore(raw_data)


def is_ours(data: bytes) -> bool:
    """True of the compressed JSON `["worker.rq_worker.run_job", null, ["<job id>"], {}]`, and nothing else."""
    if len(data) > LARGEST:
        return False
    unpacking = zlib.decompressobj()
    try:
        call = orjson.loads(unpacking.decompress(data, LARGEST))
    except (zlib.error, orjson.JSONDecodeError):
        return False
    match call:
        case [str(function), None, [str(job_id)], dict(keywords)]:
            return unpacking.eof and function == FUNCTION and not keywords and bool(JOB_ID.fullmatch(job_id))
        case _:
            return False
