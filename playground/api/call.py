"""One REST call on its way in, and its answer on the way out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from playground.access import Need, open_repository
from playground.accounts import Account, account_by_login
from playground.callers import AnInstallation, APerson, Caller, TheApp
from playground.hub import Hub
from playground.pulls import PullRequest, pull_by_number
from playground.refusals import BadCredentials, Forbidden, Invalid, NotFound, NotUnderstood
from playground.repositories import Repository

MOST_PER_PAGE = 100
DEFAULT_PER_PAGE = 30

Row = TypeVar("Row")


class Body(BaseModel):
    """What a request says: strictly typed, with unknown keys passed over."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


Model = TypeVar("Model", bound=Body)


@dataclass(frozen=True)
class Answer:
    """What goes back: JSON, nothing, or bytes of another type."""

    body: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Call:
    """A request whose caller is known."""

    hub: Hub
    caller: Caller
    method: str
    #: The address without its query, as the caller reached it.
    url: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def creates(self) -> bool:
        """Whether this is what GitHub's limits call creating content."""
        return self.method == "POST" and "owner" in self.path

    def json(self) -> Any:
        """The body as JSON; nothing sent counts as an empty object."""
        try:
            return orjson.loads(self.body) if self.body.strip() else {}
        except orjson.JSONDecodeError as problem:
            raise NotUnderstood("Problems parsing JSON") from problem

    def read(self, model: type[Model]) -> Model:
        """The body as a model; refused in GitHub's way when it doesn't fit."""
        content = self.json()
        if not isinstance(content, dict):
            raise NotUnderstood("Body should be a JSON object")
        try:
            return model.model_validate(content)
        except ValidationError as problem:
            raise Invalid("Invalid request.\n\n" + "\n".join(_complaints(problem))) from problem

    def repository(self, need: Need) -> Repository:
        """The repository that the address names, if the caller may do what is needed there."""
        return open_repository(self.hub, self.caller, self.path["owner"], self.path["repo"], need)

    def number(self, name: str) -> int:
        """A number of the address; anything else is no such thing."""
        text = self.path[name]
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise NotFound()
        return int(text)

    def pull(self, repository: Repository, name: str = "number") -> PullRequest:
        return pull_by_number(self.hub, repository, self.number(name))

    def account(self, name: str = "username") -> Account:
        """The account that the address names."""
        found = account_by_login(self.hub.database, self.path[name])
        if found is None:
            raise NotFound()
        return found

    def as_app(self) -> None:
        """Lets only the App itself through, by its JSON web token."""
        if not isinstance(self.caller, TheApp):
            raise BadCredentials("A JSON web token could not be decoded")

    def as_installation(self, refusal: str) -> AnInstallation:
        if not isinstance(self.caller, AnInstallation):
            raise Forbidden(refusal)
        return self.caller

    def as_person(self) -> Account:
        """Lets only people through."""
        if isinstance(self.caller, APerson):
            return self.caller.account
        if isinstance(self.caller, AnInstallation):
            raise Forbidden()
        raise BadCredentials("Requires authentication" if not isinstance(self.caller, TheApp) else "Bad credentials")


Handler = Callable[[Call], Answer]


def paged(
    call: Call, rows: Sequence[Row], show: Callable[[Row], object], wrap: Callable[[list[object]], object] | None = None
) -> Answer:
    """One page of a list, with the Link header by which clients find the others."""
    size, page = per_page(call), _positive(call, "page", 1)
    last = max(1, -(-len(rows) // size))
    shown = [show(row) for row in rows[(page - 1) * size : page * size]]
    targets: dict[str, int] = {}
    if page > 1:
        targets |= {"prev": page - 1, "first": 1}
    if page < last:
        targets |= {"next": page + 1, "last": last}
    links = [f'<{_address(call, page=str(target))}>; rel="{rel}"' for rel, target in targets.items()]
    return Answer(wrap(shown) if wrap else shown, headers={"Link": ", ".join(links)} if links else {})


def cursor_link(call: Call, cursor: str) -> str:
    """The Link header of a list that is read by cursor."""
    return f'<{_address(call, cursor=cursor)}>; rel="next"'


def per_page(call: Call) -> int:
    return min(_positive(call, "per_page", DEFAULT_PER_PAGE), MOST_PER_PAGE)


def _positive(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and int(text[:9]) > 0 else default


def _address(call: Call, **changed: str) -> str:
    return f"{call.url}?{urlencode({**call.query, **changed})}"


def _complaints(problem: ValidationError) -> list[str]:
    complaints = []
    for error in problem.errors():
        place = "/".join(str(part) for part in error["loc"])
        if error["type"] == "missing":
            complaints.append(f'"{place}" wasn\'t supplied.')
        else:
            complaints.append(f"For 'properties/{place}': {error['msg']}.")
    return complaints
