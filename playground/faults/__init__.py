"""Lets tests decide what goes wrong at this GitHub, and read afterwards what happened at it."""
