"""How things look in GitHub's answers and webhooks."""
