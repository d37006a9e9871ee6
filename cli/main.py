"""The `slipway` command."""

import click


@click.group()
def main() -> None:
    """Slipway: previews, deploys and readiness reports from comments, slash commands and pushes."""
