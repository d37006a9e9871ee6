"""`--wait`: a command that started a deployment stays until it is over, and ends as it ended."""

import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from cli.remote.client import ENDED_BADLY, NOT_YET
from cli.remote.talk import Talk
from cli.remote.watch import Watch
from cli.remote.words import end_lines, outcome_lines

Command = TypeVar("Command", bound=Callable[..., object])


def wait_options(command: Command) -> Command:
    """`--wait`, `--timeout` and `--logs`."""
    logs = click.option("--logs", is_flag=True, help="With --wait: show its log too.")
    limit = click.option(
        "--timeout", default=0.0, type=click.FloatRange(min=0), help="With --wait: seconds at most; then exit 5."
    )
    wait = click.option("--wait", is_flag=True, help="Stay until it is over: exit 0 when it serves, else 4.")
    return wait(limit(logs(command)))


def finish(talk: Talk, answer: Mapping[str, Any], *, wait: bool, timeout: float, logs: bool) -> None:
    """Tells what an ask came to; with `wait`, follows it to its end."""
    if not wait or "id" not in answer:
        talk.tell(answer, *outcome_lines(answer))
        return
    for line in outcome_lines(answer):
        talk.progress(line)
    watch = Watch(talk, answer["id"], with_log=logs)
    try:
        last = watch.until_over(timeout)
    except KeyboardInterrupt:
        talk.progress(f"{answer['id']} goes on without being watched: {answer['page_url']}")
        sys.exit(130)
    talk.tell(last, *end_lines(last))
    sys.exit(exit_code_of(last))


def exit_code_of(deployment: Mapping[str, Any]) -> int:
    """0 when it serves, or did until a newer one came; 5 while it isn't over."""
    if deployment["finished_at"] is None:
        return NOT_YET
    return 0 if deployment["state"] == "DEPLOYED" else ENDED_BADLY
