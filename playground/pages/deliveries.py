"""The log of webhooks, and sending one again."""

import orjson
from starlette.responses import Response

from playground.deliveries import attempted, delivery_by_id, redeliver
from playground.pages.page import Page

MOST_SHOWN = 100


def show_deliveries(page: Page) -> Response:
    return page.show("deliveries.html", deliveries=attempted(page.hub, before=None, limit=MOST_SHOWN))


def show_delivery(page: Page) -> Response:
    delivery = delivery_by_id(page.hub, page.number("delivery"))
    payload = orjson.dumps(orjson.loads(delivery.payload), option=orjson.OPT_INDENT_2).decode()
    return page.show("delivery.html", delivery=delivery, payload=payload)


def send_again(page: Page) -> Response:
    redeliver(page.hub, delivery_by_id(page.hub, page.number("delivery")))
    return page.back("/deliveries")
