"""Bolt as its documentation runs it, with one command that is acked and stored nowhere.

python -m benchmarks.acks.bare PORT SECRET [at-once]
"""

import logging
import sys

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck


async def authorize() -> AuthorizeResult:
    """Asks nobody."""
    return AuthorizeResult(enterprise_id=None, team_id="T0", bot_user_id="U0", bot_token="xoxb-none")


async def answer(ack: AsyncAck) -> None:
    """The ack."""
    await ack("Taken in.")


def main(port: int, secret: str, *, at_once: bool) -> None:
    """Serves until it is ended; `at_once`: without bolt's look every 10 ms whether the listener has answered."""
    logging.disable(logging.CRITICAL)
    app = AsyncApp(name="bare", signing_secret=secret, authorize=authorize, process_before_response=at_once)
    app.command("/slipway")(answer)
    app.start(port=port, host="127.0.0.1")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], at_once=sys.argv[3:] == ["at-once"])
