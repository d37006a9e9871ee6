"""Rules by which calls and webhooks go wrong."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from playground.refusals import Invalid, NotUnderstood

CallFault = Literal[
    "error_500",
    "error_502",
    "error_503",
    "cut",
    "cut_before",
    "secondary_limit",
    "secondary_limit_bare",
    "too_many",
    "primary_limit",
    "slow",
    "drip",
    "unauthorized",
    "forbidden",
    "gone",
    "unprocessable",
    "redirect_elsewhere",
]
WebhookFault = Literal["lost", "twice", "slow", "cut"]
WEBHOOK = "WEBHOOK"


class RuleRequest(BaseModel):
    """One rule as a test writes it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "*", "WEBHOOK"] = "*"
    path: str
    fault: CallFault | WebhookFault
    chance: Annotated[float, Field(ge=0, le=1)] = 1.0
    times: Annotated[int, Field(ge=1)] | None = None
    seconds: Annotated[float, Field(ge=0, le=86400)] = 1.0

    @model_validator(mode="after")
    def _fits(self) -> "RuleRequest":
        try:
            re.compile(self.path)
        except re.error as problem:
            raise ValueError(f"path is no regular expression: {problem}") from problem
        known = get_args(WebhookFault if self.method == WEBHOOK else CallFault)
        if self.fault not in known:
            raise ValueError(f"{self.fault} is no fault of {self.method}; known are {', '.join(known)}")
        return self


class RulesRequest(BaseModel):
    """All rules, and what their dice start from."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    seed: int = 0
    rules: list[RuleRequest]


@dataclass(frozen=True)
class Rule:
    """What goes wrong where, how often, and, for faults that take time, for how many seconds."""

    method: str
    path: str
    fault: str
    #: Of each call that fits, from 0 to 1.
    chance: float
    #: After so many hits the rule is over; none means never.
    times: int | None
    seconds: float

    def fits(self, method: str, path: str) -> bool:
        """Whether a call, or a webhook named `event.action`, is one that the rule is about."""
        same = self.method == method or (self.method == "*" and method != WEBHOOK)
        return same and re.search(self.path, path) is not None


def read_rules(body: bytes) -> tuple[int, list[Rule]]:
    """The seed and the rules of a request; refused with every problem where it doesn't fit."""
    try:
        request = RulesRequest.model_validate(orjson.loads(body))
    except orjson.JSONDecodeError as problem:
        raise NotUnderstood("Problems parsing JSON") from problem
    except ValidationError as problem:
        lines = [f"{'/'.join(str(part) for part in error['loc'])}: {error['msg']}" for error in problem.errors()]
        raise Invalid("Invalid rules", lines) from problem
    return request.seed, [Rule(**rule.model_dump()) for rule in request.rules]
