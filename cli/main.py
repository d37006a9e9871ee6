"""The `slipway` command. Subcommands are loaded when they are asked for, so that each starts fast."""

import importlib
import sys
from typing import Any

import click

from engine.errors import ConfigurationError, SlipwayError

#: Subcommand → module and name of its click command, with its line in the help.
COMMANDS = {
    "up": ("cli.up.command", "up", "Start everything on this machine; Ctrl-C ends it."),
    "preview": ("cli.preview", "preview", "Build and serve any folder, as a pull request's preview would be."),
    "readiness": ("cli.readiness", "readiness", "Say whether a folder is ready to ship, and what to do about it."),
    "deploy": ("cli.deploy", "deploy", "Deploy a branch, tag or commit to an environment."),
    "promote": ("cli.deploy", "promote", "Deploy to an environment what the one before it serves."),
    "rollback": ("cli.rollback", "rollback", "Go back to an older release."),
    "approve": ("cli.decide", "approve", "Approve a deployment that waits for it."),
    "reject": ("cli.decide", "reject", "Reject a deployment that waits for approval."),
    "cancel": ("cli.decide", "cancel", "End a deployment before it is done."),
    "ask": ("cli.ask", "ask", "Ask for anything that a comment can, in its words."),
    "status": ("cli.status", "status", "Show every environment: what serves, what comes, who holds it."),
    "restart": ("cli.status", "restart", "Start an environment's application again."),
    "lock": ("cli.lock", "lock", "Lock an environment, or take a place in line for it."),
    "unlock": ("cli.lock", "unlock", "Give your lock up, and let automatic deploys go on."),
    "env": ("cli.env", "env", "List, set and unset an environment's variables."),
    "doctor": ("cli.doctor.command", "doctor", "Say what this machine has, what is missing and how to get it."),
    "admin": ("cli.admin", "admin", "Work on the database: migrations, API tokens, keys of variables."),
}


class Lazy(click.Group):
    """A group that imports a subcommand only to run it, and turns our errors into sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The subcommands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help's list, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, _, words) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the subcommand. Wrong settings: each problem on a line, exit 2; other errors of ours: exit 1."""
        try:
            return super().invoke(ctx)
        except ConfigurationError as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            ctx.exit(2)
        except SlipwayError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)


@click.group(cls=Lazy)
@click.version_option(package_name="slipway")
def slipway() -> None:
    """Slipway: previews, deploys and readiness reports from comments, slash commands and pushes."""


def main() -> None:
    """The entry point."""
    sys.exit(slipway(prog_name="slipway"))
