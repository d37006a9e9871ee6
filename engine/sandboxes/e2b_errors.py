"""The SDK's errors in our words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import httpx
from connectrpc.errors import ConnectError
from e2b import (
    AuthenticationException,
    CommandExitException,
    NotFoundException,
    RateLimitException,
    SandboxException,
    SandboxNotFoundException,
    TimeoutException,
)
from e2b.exceptions import SandboxNotRunningException, ServiceBusyException

from engine.errors import Denied, Unreachable
from engine.sandboxes.port import SandboxGone
from engine.work.edge import Crashed, guarded

T = TypeVar("T")


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Raises SandboxGone, Denied or Unreachable for what the SDK raises; `doing` starts the sentence."""
    try:
        yield
    except CommandExitException:
        # Not an error of the host: a command that ended with another code than 0.
        raise
    except (SandboxNotFoundException, SandboxNotRunningException) as error:
        raise SandboxGone(f"{doing}: the sandbox is gone") from error
    except AuthenticationException as error:
        raise Denied(f"{doing}: the sandbox host refused the API key. Check E2B_API_KEY.") from error
    except ServiceBusyException as error:
        raise Unreachable(f"{doing}: the sandbox host is busy", retry_after=2) from error
    except RateLimitException as error:
        raise Unreachable(f"{doing}: the sandbox host says it is asked too often", retry_after=5) from error
    except TimeoutException as error:
        raise Unreachable(f"{doing}: the sandbox host did not answer") from error
    except NotFoundException as error:
        # envd answers so for a process; the control plane for a sandbox has its own class.
        raise SandboxGone(f"{doing}: {error}") from error
    except SandboxException as error:
        raise Unreachable(f"{doing}: the sandbox host answered: {error}") from error
    except (httpx.HTTPError, ConnectError, OSError) as error:
        raise Unreachable(f"{doing}: the sandbox host is not reachable ({error})") from error


def heard_out(doing: str, listen: Callable[[], T]) -> T:
    """What the SDK heard of a stream. Raises Unreachable when it ended before it told of its process what it must."""
    heard = guarded(listen)
    if not isinstance(heard, Crashed):
        return heard
    # The SDK's words for that: without a beginning a StopIteration, without an end an Exception of no type of its own.
    if type(heard.error) in {Exception, StopIteration}:
        raise Unreachable(f"{doing}: its stream ended before it did") from heard.error
    raise heard.error
