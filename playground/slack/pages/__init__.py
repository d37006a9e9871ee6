"""The pages of the playground's Slack."""
