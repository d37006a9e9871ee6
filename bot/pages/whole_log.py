"""The whole log of a build or a deploy, as text for scripts and downloads."""

from starlette.responses import PlainTextResponse

from engine.store import logs
from engine.store.database import Database

#: Lines that are read at a time.
CHUNK = 10_000


def whole_log(database: Database, subject: str) -> PlainTextResponse:
    """Every line that is stored of the subject."""
    lines: list[str] = []
    with database.read() as connection:
        while part := logs.read(connection, subject, len(lines), CHUNK):
            lines += part
    return PlainTextResponse("".join(f"{line}\n" for line in lines), headers={"Cache-Control": "no-store"})
