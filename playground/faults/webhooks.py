"""Lets webhooks go wrong as the rules say."""

import httpx

from playground.deliveries import Delivery, Outcome
from playground.faults.effects import record
from playground.faults.rules import WEBHOOK, Rule
from playground.hookshot import attempt, never_sent
from playground.hub import Hub


def webhook_rule(hub: Hub, delivery: Delivery) -> Rule | None:
    """The rule that hits a delivery, which rules know as `event.action`."""
    if not hub.settings.faults:
        return None
    rule = hub.faults.pick(WEBHOOK, delivery.name)
    if rule is not None:
        with hub.database.writing():
            record(hub, "fault", fault=rule.fault, method=WEBHOOK, path=delivery.name, guid=delivery.guid)
    return rule


async def attempts(hub: Hub, client: httpx.AsyncClient, delivery: Delivery, rule: Rule | None) -> list[Outcome]:
    """How a delivery went, once or, where the rule says so, twice."""
    if not hub.settings.webhooks:
        return [never_sent(hub, delivery, 0)]
    match rule.fault if rule else None:
        case "lost":
            return [never_sent(hub, delivery, hub.faults.chosen((0, 502)))]
        case "cut":
            return [await attempt(hub, client, delivery, hang_up=True)]
        case "twice":
            return [await attempt(hub, client, delivery), await attempt(hub, client, delivery)]
        case _:
            return [await attempt(hub, client, delivery)]
