"""Every method of the Web API that the playground has."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.slack.web import chat, conversations, people, views
from playground.slack.web.call import Call


@dataclass(frozen=True)
class Method:
    """What a method does, which scopes let an app call it, how often, and whether it reads JSON."""

    run: Callable[[Call], dict[str, Any]]
    #: One of them is enough; none here: the method looks itself, or needs none.
    scopes: tuple[str, ...] = ()
    tier: int = 3
    #: Methods that only read take forms and queries; what they get as JSON they don't see.
    takes_json: bool = True


TABLE: dict[str, Method] = {
    "auth.test": Method(people.test_token, tier=4),
    "auth.revoke": Method(people.revoke_token, takes_json=False),
    "chat.delete": Method(chat.delete_message, ("chat:write",)),
    "chat.getPermalink": Method(chat.permalink, tier=4, takes_json=False),
    "chat.postEphemeral": Method(chat.post_ephemeral, ("chat:write",), tier=4),
    "chat.postMessage": Method(chat.post_message, ("chat:write",), tier=4),
    "chat.update": Method(chat.update, ("chat:write",)),
    "conversations.history": Method(conversations.history, takes_json=False),
    "conversations.info": Method(conversations.info, takes_json=False),
    "conversations.list": Method(conversations.list_conversations, tier=2, takes_json=False),
    "conversations.members": Method(conversations.members, tier=4, takes_json=False),
    "conversations.open": Method(conversations.open_conversation, ("im:write",)),
    "conversations.replies": Method(conversations.replies, takes_json=False),
    "team.info": Method(people.team_info, ("team:read",), takes_json=False),
    "users.info": Method(people.user_info, ("users:read",), tier=4, takes_json=False),
    "users.list": Method(people.list_users, ("users:read",), tier=2, takes_json=False),
    "views.open": Method(views.open_view, tier=4),
    "views.publish": Method(views.publish_view, tier=4),
    "views.push": Method(views.push_view, tier=4),
    "views.update": Method(views.update_view, tier=4),
}
