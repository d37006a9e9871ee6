"""What people do in the playground's Slack, for scripts: `/slack/play/…`, only where the fault switch is allowed."""
