"""Slack, as far as the engine knows it: what is asked there, and how it is answered. Bolt lives in bot/slack alone."""
