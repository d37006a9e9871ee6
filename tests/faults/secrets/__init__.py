"""Secrets: printed in every way that we could think of, and nowhere to be found."""
