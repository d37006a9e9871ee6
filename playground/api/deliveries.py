"""The App reads the log of its webhooks and asks for one again."""

from playground.api.call import Answer, Call, cursor_link, per_page
from playground.deliveries import attempted, delivery_by_id, redeliver
from playground.payloads.deliveries import delivery_item_payload, delivery_payload
from playground.refusals import Invalid, NotFound

#: What the list of deliveries calls a success and a failure.
CODES = {"success": (200, 399), "failure": (400, 599)}


def list_deliveries(call: Call) -> Answer:
    """Newest first, by an opaque cursor; `status` keeps successes or failures by their codes, which 0 is neither of."""
    call.as_app()
    size = per_page(call)
    codes = CODES.get(call.query.get("status", ""))
    found = attempted(call.hub, before=_cursor(call), limit=size + 1, codes=codes)
    headers = {"Link": cursor_link(call, f"v1_{found[size - 1].id}")} if len(found) > size else {}
    return Answer([delivery_item_payload(delivery) for delivery in found[:size]], headers=headers)


def show_delivery(call: Call) -> Answer:
    call.as_app()
    return Answer(delivery_payload(call.hub, delivery_by_id(call.hub, call.number("delivery"))))


def attempt_delivery(call: Call) -> Answer:
    call.as_app()
    redeliver(call.hub, delivery_by_id(call.hub, call.number("delivery")))
    return Answer({}, 202)


def _cursor(call: Call) -> int | None:
    text = call.query.get("cursor")
    if text is None:
        return None
    number = text.removeprefix("v1_")
    if not (text.startswith("v1_") and number.isascii() and number.isdigit() and len(number) < 19):
        raise Invalid("Invalid cursor")
    try:
        return delivery_by_id(call.hub, int(number)).id
    except NotFound as problem:
        raise Invalid("Invalid cursor") from problem
