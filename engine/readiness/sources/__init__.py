"""Readers of source files that rules share: bounded, by reading alone, nothing of the application runs."""
