"""What the Slack app must be granted, by what our calls and events ask for (`slack.yml`, the install page)."""

#: Where Slack posts everything: events, slash commands, buttons, modals and their options.
EVENTS_PATH = "/slack/events"
#: Where people begin an install, and where Slack sends them back to.
INSTALL_PATH = "/slack/install"
OAUTH_PATH = "/slack/oauth"

COMMAND = "/slipway"

#: The bot's scopes, each with the calls or events that need it (docs.slack.dev/reference/scopes).
SCOPES: dict[str, str] = {
    "app_mentions:read": "hearing @Slipway",
    "channels:history": "finding a message again whose post was never confirmed",
    "channels:read": "hearing that a public channel was renamed or archived",
    "chat:write": "messages, in channels that Slipway is in",
    "chat:write.public": "messages in public channels without an invitation",
    "commands": "the slash command",
    "groups:history": "the same as channels:history, in private channels",
    "groups:read": "the same as channels:read, of private channels",
    "im:write": "telling a person what could not be said in a channel",
    "users:read": "the name of whoever links their account",
}

#: Events that the app subscribes to.
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "tokens_revoked",
)
