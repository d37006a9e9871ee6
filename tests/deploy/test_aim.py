"""What the words of an ask mean. Values only."""

import pytest

from engine.deploy.aim import Aim, Names, aim_of
from engine.deploy.asks import Action, DeployAsk
from engine.deploy.outcome import Obstacle
from engine.reasons import Reason
from tests.deploy.world import SHOP

SEVERAL = Names(("staging", "production"), ("qa",), later=("production",))
ONE = Names(("production",))


def ask(action: Action, *words: str, **more: str) -> DeployAsk:
    """An ask of these words."""
    return DeployAsk(action, SHOP, "main", "ada", "comment", "d", words, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "names", "meant"),
    [
        (ask(Action.DEPLOY), ONE, Aim("production")),
        (ask(Action.DEPLOY, "main"), ONE, Aim("production", ref="main")),
        (ask(Action.DEPLOY, "production"), ONE, Aim("production")),
        (ask(Action.DEPLOY, "STAGING", "v1.2"), SEVERAL, Aim("staging", ref="v1.2")),
        (ask(Action.DEPLOY, "qa"), SEVERAL, Aim("qa")),
        (ask(Action.DEPLOY, environment="staging", ref="feature/x"), SEVERAL, Aim("staging", ref="feature/x")),
        (ask(Action.ROLLBACK, "v12"), ONE, Aim("production", release="v12")),
        (ask(Action.ROLLBACK, "staging", "12"), SEVERAL, Aim("staging", release="12")),
        (ask(Action.PROMOTE), SEVERAL, Aim("production")),
        (ask(Action.PROMOTE, "staging"), SEVERAL, Aim("staging")),
        (ask(Action.LOCK, "staging", "a", "b"), SEVERAL, Aim("staging", reason="a b")),
        (ask(Action.LOCK, "a", reason="b c"), ONE, Aim("production", reason="a b c")),
        (ask(Action.UNLOCK, "staging"), SEVERAL, Aim("staging")),
        (ask(Action.ENV_UNSET, "staging", "KEY"), SEVERAL, Aim("staging", key="KEY")),
        (ask(Action.ENV_UNSET, "KEY"), ONE, Aim("production", key="KEY")),
        (ask(Action.RESTART, "staging"), SEVERAL, Aim("staging")),
    ],
)
def test_words_that_mean_something(given: DeployAsk, names: Names, meant: Aim) -> None:
    assert aim_of(given, names) == meant


@pytest.mark.parametrize(
    ("given", "names", "reason"),
    [
        (ask(Action.DEPLOY), SEVERAL, Reason.WHICH_ENVIRONMENT),
        (ask(Action.DEPLOY, "main"), SEVERAL, Reason.WHICH_ENVIRONMENT),
        (ask(Action.DEPLOY, "main", "staging"), SEVERAL, Reason.NO_SUCH_ENVIRONMENT),
        (ask(Action.DEPLOY, environment="dev"), ONE, Reason.NO_SUCH_ENVIRONMENT),
        (ask(Action.ROLLBACK, "dev", "12"), ONE, Reason.NO_SUCH_ENVIRONMENT),
        (ask(Action.PROMOTE, "dev"), SEVERAL, Reason.NO_SUCH_ENVIRONMENT),
        (ask(Action.RESTART, "dev"), ONE, Reason.NO_SUCH_ENVIRONMENT),
        (ask(Action.LOCK, "the books"), SEVERAL, Reason.WHICH_ENVIRONMENT),
        (ask(Action.ENV_UNSET, "production"), ONE, Reason.BAD_ARGUMENTS),
        (ask(Action.DEPLOY, "`@everyone`", "x"), ONE, Reason.NO_SUCH_ENVIRONMENT),
    ],
)
def test_words_that_mean_nothing(given: DeployAsk, names: Names, reason: Reason) -> None:
    found = aim_of(given, names)
    assert isinstance(found, Obstacle) and found.reason is reason and found.opener
