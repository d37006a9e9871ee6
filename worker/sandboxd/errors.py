"""Everything that can go wrong in the sandbox host, each with the HTTP status and the Connect code it is told as."""

import errno


class SandboxdError(Exception):
    """The root of the sandbox host's errors; the sentence is for the person who asked."""

    status = 500
    code = "internal"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class InvalidRequest(SandboxdError):
    """The request itself is wrong and will be wrong again."""

    status = 400
    code = "invalid_argument"


class Unauthorized(SandboxdError):
    """The key or token is missing or is another one."""

    status = 401
    code = "unauthenticated"


class NotFound(SandboxdError):
    """No such sandbox, process or path."""

    status = 404
    code = "not_found"


class AlreadyExists(SandboxdError):
    """What should be made is there already, or the sandbox is already in that state."""

    status = 409
    code = "already_exists"


class Unimplemented(SandboxdError):
    """A part of E2B's protocol that this host does not speak."""

    status = 501
    code = "unimplemented"


class KeeperGone(SandboxdError):
    """The keeper of a sandbox ended or does not answer."""

    status = 502
    code = "unavailable"


class KillUnproven(SandboxdError):
    """A sandbox was told to die and something of it is still there."""


class IsolationMissing(SandboxdError):
    """This machine cannot isolate sandboxes and running without was not allowed."""


class DiskFull(SandboxdError):
    """The disk, or the sandbox's share of it, is used up."""

    status = 507
    code = "resource_exhausted"


class SettingsProblems(SandboxdError):
    """One or more settings are missing or wrong."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("Starting the sandbox host:\n" + "\n".join(f"- {problem}" for problem in problems))
        self.problems = problems


def of_system(what: str, problem: OSError) -> SandboxdError:
    """What the operating system refused, as an error of this host."""
    sentence = f"{what}: {problem.strerror or problem}"
    return DiskFull(sentence) if problem.errno in {errno.ENOSPC, errno.EDQUOT} else SandboxdError(sentence)


def error_of_code(code: str, sentence: str) -> SandboxdError:
    """The error that a keeper answered by its Connect code."""
    for kind in (InvalidRequest, Unauthorized, NotFound, AlreadyExists, Unimplemented, KeeperGone, DiskFull):
        if kind.code == code:
            return kind(sentence)
    return SandboxdError(sentence)
