"""The one tree of errors. The sentence for the person lives with the class; the detail is for the operator.

SlipwayError
 ├─ ConfigurationError   settings or slipway.yml are wrong; lists every problem at once
 ├─ Refusal              somebody asked for what may not be; carries a documented reason code
 ├─ StageFailed          a stage of a build ended badly; carries cause and fix
 ├─ Superseded           a newer head or a stop took this job's place
 ├─ LeaseLost            this worker no longer owns the job: stop at once, write nothing
 └─ OutsideError         GitHub, the sandbox host or Redis didn't do its part
     ├─ Unreachable          may pass: worth another try
     ├─ Denied               credentials or permission: no retry helps
     └─ Gone                 it does not exist any more
"""

from dataclasses import dataclass

from engine.reasons import Reason


class SlipwayError(Exception):
    """Anything that Slipway itself raises. `str(error)` is one sentence fit for the person who asked."""


class ConfigurationError(SlipwayError):
    """Configuration is wrong. `problems` holds one sentence for each problem, with what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Refusal(SlipwayError):
    """Something asked for is refused, for one documented reason."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


@dataclass(frozen=True)
class Cause:
    """Why a stage failed, for the person who pushed."""

    #: One sentence: what went wrong.
    sentence: str
    #: One sentence: what to do about it; empty when nobody knows.
    fix: str = ""
    #: Short machine name, such as `out_of_memory` or `nothing_listening`.
    code: str = "failed"


class StageFailed(SlipwayError):
    """A stage of a build ended badly."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.sentence)
        self.cause = cause


class Superseded(SlipwayError):
    """The work is no longer wanted: a newer head, a stop or a close took its place."""


class LeaseLost(SlipwayError):
    """Another worker owns the job by now; whoever sees this stops and writes nothing."""


class OutsideError(SlipwayError):
    """A system outside (GitHub, the sandbox host, Redis) didn't do its part."""


class Unreachable(OutsideError):
    """It did not answer, or answered that it is busy. `retry_after` is in seconds, when it said so."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Denied(OutsideError):
    """It refused our credentials or our permission; trying again changes nothing."""


class Gone(OutsideError):
    """The thing no longer exists at its owner's."""
