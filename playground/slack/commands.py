"""Slash commands, from the composer to what the app answers at once."""

from typing import Any
from urllib.parse import urlencode

from playground.refusals import Invalid
from playground.slack.answers import NotTaken, take_answer
from playground.slack.application import COMMAND
from playground.slack.channels import Channel, is_member
from playground.slack.deliveries import note
from playground.slack.done import Done
from playground.slack.installs import install_of
from playground.slack.messages import Draft, post
from playground.slack.response_urls import ResponseUrl, make_response_url
from playground.slack.signed import FORM, Answer, send
from playground.slack.slack import Slack
from playground.slack.teams import team_by_id
from playground.slack.triggers import make_trigger
from playground.slack.users import User

NOT_IN_THREADS = "{command} is not supported in threads. Sorry!"
NOT_A_COMMAND = (
    "{command} is not a valid command. In Slack, all messages that start with the “/” character are interpreted as "
    "commands."
)
FAILED = "{command} failed with the error “{error}”"


def type_command(slack: Slack, user: User, channel: Channel, line: str, thread_ts: str | None = None) -> Done:
    """Somebody types `/slipway …`, or just what stands behind it, and sends it off."""
    command, _, text = line.strip().partition(" ")
    if not command.startswith("/"):
        command, text = COMMAND, line.strip()
    _check_place(slack, user, channel)
    if thread_ts is not None:
        return tell(slack, user, channel, NOT_IN_THREADS.format(command=command), thread_ts)
    install = install_of(slack, user.team_id)
    if install is None or "commands" not in install.granted or command != COMMAND:
        return tell(slack, user, channel, NOT_A_COMMAND.format(command=command))
    trigger = make_trigger(slack, user)
    url = make_response_url(slack, channel.id, user.id)
    body = urlencode(_form(slack, user, channel, text.strip()) | {"response_url": url, "trigger_id": trigger})
    answer = send(slack, body.encode(), FORM)
    note(slack, user.team_id, "command", command, answer)
    said = _answered(slack, user, channel, command, answer)
    return Done(answer, said, trigger_id=trigger, response_url=url)


def tell(slack: Slack, user: User, channel: Channel, words: str, thread_ts: str | None = None) -> Done:
    """Slack itself says something that only this person sees."""
    post(slack, channel.id, Draft(None, words, [], thread_ts=thread_ts, visible_to=user.id))
    return Done(said=words)


def _check_place(slack: Slack, user: User, channel: Channel) -> None:
    if channel.archived:
        raise Invalid(f"#{channel.name} is archived: nobody can write here.")
    if not is_member(slack, channel.id, user.id):
        raise Invalid(f"{user.name} is not in #{channel.name}.")


def _form(slack: Slack, user: User, channel: Channel, text: str) -> dict[str, str]:
    team = team_by_id(slack, user.team_id)
    return {
        "token": slack.application.verification_token,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name),
        "user_id": user.id,
        "user_name": user.name,
        "command": COMMAND,
        "text": escaped(text),
        "api_app_id": slack.application.app_id,
        "is_enterprise_install": "false",
    }


def escaped(text: str) -> str:
    """As Slack hands on what people type."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _answered(slack: Slack, user: User, channel: Channel, command: str, answer: Answer) -> str:
    """Shows what the app said at once; the words, if they are Slack's own."""
    if answer.trouble:
        error = "operation_timeout" if answer.trouble == "http_timeout" else "dispatch_failed"
        return tell(slack, user, channel, FAILED.format(command=command, error=error)).said
    content: Any = answer.content
    if content is None or content == {}:
        return ""
    said = content if isinstance(content, dict) else {"text": str(content)}
    try:
        take_answer(slack, ResponseUrl("", channel.id, user.id, None, None, 0, 0.0), said)
    except NotTaken:
        return tell(slack, user, channel, FAILED.format(command=command, error="invalid_command_response")).said
    return ""
