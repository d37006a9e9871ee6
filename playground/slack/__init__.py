"""A Slack on localhost: workspaces, channels, the Web API, and signed requests to the app."""
