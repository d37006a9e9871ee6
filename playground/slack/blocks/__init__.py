"""What Slack takes as blocks, and what it says of those that it doesn't take."""
