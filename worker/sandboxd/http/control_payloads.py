"""What clients send to the control plane."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from worker.sandboxd.errors import InvalidRequest
from worker.sandboxd.host.sandboxes import Wish

# A sandbox may be asked to live this long, in seconds.
_LONGEST_LIFE = 366 * 86400


class _Payload(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class AutoResume(_Payload):
    """Whether traffic resumes a paused sandbox."""

    enabled: bool = False


class NewSandbox(_Payload):
    """A sandbox to make."""

    template: str = Field(alias="templateID", min_length=1, max_length=200)
    timeout: int = Field(default=300, ge=0, le=_LONGEST_LIFE)
    pause_at_end: bool = Field(default=False, alias="autoPause")
    auto_resume: AutoResume | None = Field(default=None, alias="autoResume")
    metadata: dict[str, str] = Field(default_factory=dict)
    environment: dict[str, str] = Field(default_factory=dict, alias="envVars")
    network: dict[str, Any] = Field(default_factory=dict)
    allow_internet_access: bool | None = None

    def wish(self, idempotency_key: str | None) -> Wish:
        """The sandbox that is asked for."""
        network = dict(self.network)
        if self.allow_internet_access is not None:
            network["allow_internet_access"] = self.allow_internet_access
        return Wish(
            template=self.template,
            timeout=self.timeout,
            metadata=self.metadata,
            environment=self.environment,
            network=network,
            pause_at_end=self.pause_at_end,
            auto_resume=bool(self.auto_resume and self.auto_resume.enabled),
            idempotency_key=idempotency_key,
        )


class Timeout(_Payload):
    """How long a sandbox is to live from now."""

    timeout: int = Field(default=300, ge=0, le=_LONGEST_LIFE)


P = TypeVar("P", bound=_Payload)


def parse(kind: type[P], body: bytes) -> P:
    """Read a body; raises InvalidRequest with the first thing that is wrong."""
    try:
        return kind.model_validate_json(body or b"{}")
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the body"
        raise InvalidRequest(f"Reading the request: {place}: {first['msg']}") from None
