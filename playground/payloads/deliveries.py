"""Webhook deliveries as the App's owner sees them."""

from typing import Any

import orjson

from playground.deliveries import Delivery
from playground.hub import Hub


def delivery_item_payload(delivery: Delivery) -> dict[str, Any]:
    """One attempt as the list shows it."""
    return {
        "id": delivery.id,
        "guid": delivery.guid,
        "delivered_at": delivery.delivered_at,
        "redelivery": delivery.redelivery,
        "duration": delivery.duration,
        "status": delivery.status,
        "status_code": delivery.status_code,
        "event": delivery.event,
        "action": delivery.action,
        "installation_id": delivery.installation_id,
        "repository_id": delivery.repository_id,
        "throttled_at": None,
    }


def delivery_payload(hub: Hub, delivery: Delivery) -> dict[str, Any]:
    """One attempt with all that was sent and answered."""
    return delivery_item_payload(delivery) | {
        "url": hub.settings.webhook_url,
        "request": {"headers": delivery.request_headers, "payload": orjson.loads(delivery.payload)},
        "response": {"headers": delivery.response_headers, "payload": delivery.response_body},
    }
