"""Where an environment lives: taken by the job that works on it, noted when it is another place than before."""

from dataclasses import replace

from sqlalchemy import Connection

from engine.domain.environment import Environment
from engine.errors import Superseded
from engine.store import environments


def keep_home(connection: Connection, environment: Environment, home: str, now: float) -> Environment:
    """Notes where the environment lives. What served at a place that is gone answers no more: visitors get a page.

    Raises Superseded when another job has taken the environment over.
    """
    if environment.sandbox_id == home:
        return environment
    if not environments.keep_sandbox(connection, environment, home):
        raise Superseded("keeping the sandbox: another job has taken the environment over")
    if environment.sandbox_id and environment.release_id:
        environments.fall_silent(connection, environment, "restarting", now)
    return replace(environment, sandbox_id=home)
