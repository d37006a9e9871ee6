"""Forms as browsers send them when no file is among the fields."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from playground.refusals import NotUnderstood

MOST_BYTES = 600_000
MOST_FIELDS = 50
TYPE = "application/x-www-form-urlencoded"


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, the last of each name; another type or too much of it is refused."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise NotUnderstood("The form is too large.")
    if not body:
        return {}
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != TYPE:
        raise NotUnderstood(f"Forms are read as {TYPE} only.")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as problem:
        raise NotUnderstood("The form can't be read.") from problem
