"""`POST /api/deployments/{id}/…`: going back, approving, rejecting, cancelling."""

from dataclasses import asdict, dataclass, replace

from starlette.responses import JSONResponse, Response

from bot.api.allowance import Allowance
from bot.api.call import NO_STORE, Asked, Call
from bot.api.deployment_bodies import Decision, Rollback, RollbackQuery
from bot.api.deployment_listing import Deployments, FoundDeployment
from bot.api.deployment_shown import AnsweredDeployment, RollbackPlan
from bot.api.desk_asks import DeskAsks, ask_for, said_of
from bot.api.outcomes import in_words
from bot.api.problem import Problem, Refused
from engine.access.tokens import Scope
from engine.deploy.asks import Action, DeployAsk
from engine.store import releases

#: Rollbacks that one person may ask for in a minute (requirement O6).
ROLLBACKS = 5
ALSO = (400, 403, 404, 409, 422, 503)


@dataclass(frozen=True)
class DeploymentChangesApi:
    """The calls."""

    deployments: Deployments
    asks: DeskAsks
    allowance: Allowance

    def calls(self) -> list[Call]:
        """Their table."""
        one = "/api/deployments/{id}"
        return [
            Call("POST", f"{one}/rollback", "Goes back to the release before it, or to `to`; `?plan=1` only tells.",
                 self.rollback, Scope.WRITE, query=RollbackQuery, body=Rollback,
                 answer=AnsweredDeployment | RollbackPlan, also=(*ALSO, 429)),
            Call("POST", f"{one}/approve", "Approves it, at its commit.", self.approve, Scope.WRITE, body=Decision,
                 answer=AnsweredDeployment, also=ALSO),
            Call("POST", f"{one}/reject", "Rejects it.", self.reject, Scope.WRITE, body=Decision,
                 answer=AnsweredDeployment, also=ALSO),
            Call("POST", f"{one}/cancel", "Ends it before it is done.", self.cancel, Scope.WRITE, body=Decision,
                 answer=AnsweredDeployment, also=ALSO),
        ]  # fmt: skip

    def rollback(self, asked: Asked) -> Response:
        """A new release, made of the stored older one."""
        found = self.deployments.find(asked.caller, asked.name("id"))
        wanted, plan = asked.body(Rollback), asked.query(RollbackQuery).plan == "1"
        ask = replace(_ask(asked, found, Action.ROLLBACK), release=wanted.to)
        if plan or wanted.plan:
            text = said_of(self.asks.hand_in(found.repository, replace(ask, plan_only=True)))
            return JSONResponse(asdict(RollbackPlan(in_words(text), text)), headers=NO_STORE)
        if not self.asks.sent_before(found.repository, ask):
            self._require_serving(found, wanted.to)
            spend_rollback(self.allowance, asked.caller.login)
        return self.asks.deployment(asked, found.repository, ask, status=200)

    def approve(self, asked: Asked) -> Response:
        """Opens its gate, as far as one person can."""
        return self._decide(asked, Action.APPROVE)

    def reject(self, asked: Asked) -> Response:
        """Closes its gate."""
        return self._decide(asked, Action.REJECT)

    def cancel(self, asked: Asked) -> Response:
        """Ends it."""
        return self._decide(asked, Action.CANCEL)

    def _decide(self, asked: Asked, action: Action) -> Response:
        found = self.deployments.find(asked.caller, asked.name("id"))
        why = asked.body(Decision).reason
        ask = replace(_ask(asked, found, action), release=found.release.id, reason=why, sha=found.release.sha)
        outcome = self.asks.hand_in(found.repository, ask)
        return self.asks.answer(found.repository, replace(outcome, release_id=found.release.id), 200)

    def _require_serving(self, found: FoundDeployment, to: str) -> None:
        """A rollback leaves what serves: one that was asked for twice must not go back twice."""
        serving = found.environment.release_id
        if to or not serving or serving == found.release.id:
            return
        with self.deployments.reach.deps.database.read() as connection:
            name = releases.known_by(connection, serving).name
        message = f"{found.environment.name} serves {name}, not {found.release.name}: there is nothing to go back from."
        fix = f"Roll back {serving}, or say in `to` which release you want."
        raise Refused(Problem(409, "not_serving", message, fix))


def spend_rollback(allowance: Allowance, login: str) -> None:
    """Notes a rollback that is asked for. Raises Refused: 429 after too many."""
    wait = allowance.wait(login.lower())
    if wait:
        message = f"{ROLLBACKS} rollbacks a minute are the most that one person may ask for."
        raise Refused(Problem(429, "too_many", message, "Wait, then ask again.", wait))
    allowance.spend(login.lower())


def _ask(asked: Asked, found: FoundDeployment, action: Action) -> DeployAsk:
    return ask_for(asked, found.repository, action, found.environment.name)
