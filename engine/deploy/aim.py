"""What an ask means: which environment, and which ref, release or key in it. Pure."""

from dataclasses import dataclass, replace

from engine.deploy.asks import Action, DeployAsk
from engine.deploy.outcome import Obstacle
from engine.deploy.words import obstacle
from engine.reasons import Reason
from engine.reports.escape import code


@dataclass(frozen=True)
class Aim:
    """What is meant."""

    #: The environment's name.
    environment: str
    #: A ref as it was written; empty: the pull request's head, else the default branch.
    ref: str = ""
    #: A release as it was written (`12`, `v12`, `dep_…`); empty: the one before what serves.
    release: str = ""
    #: A variable's name.
    key: str = ""
    #: Why.
    reason: str = ""


@dataclass(frozen=True)
class Names:
    """The names of a project's environments."""

    live: tuple[str, ...]
    #: Once named, and no more.
    retired: tuple[str, ...] = ()
    #: Those that come after another: what `/promote` may mean.
    later: tuple[str, ...] = ()

    def find(self, word: str) -> str:
        """The environment of that name, in any case; empty when it is none."""
        name = word.lower()
        return name if name in self.live or name in self.retired else ""


def aim_of(ask: DeployAsk, names: Names) -> Aim | Obstacle:
    """What the ask's words and fields mean among these environments."""
    if ask.environment:
        found = names.find(ask.environment)
        return _with_words(ask, Aim(found), ask.words) if found else no_such(ask.environment, names)
    if ask.words and (found := names.find(ask.words[0])):
        return _with_words(ask, Aim(found), ask.words[1:])
    if len(ask.words) > 1 and ask.action in (Action.DEPLOY, Action.ROLLBACK):
        return no_such(ask.words[0], names)
    if ask.words and ask.action in BARE:
        return no_such(ask.words[0], names)
    meant = names.later if ask.action is Action.PROMOTE and names.later else names.live
    if len(meant) == 1:
        return _with_words(ask, Aim(meant[0]), ask.words)
    return _which(ask, meant)


def worded(ask: DeployAsk) -> DeployAsk:
    """The ask with what looks like a release's id as the word that it is, where no release can be meant."""
    if not ask.release or ask.action not in TAKING_NAMES:
        return ask
    return replace(ask, words=(*ask.words, ask.release), release="")


#: What takes the name of a branch, a tag or a variable, which may begin as ids do.
TAKING_NAMES = frozenset({Action.DEPLOY, Action.ENV_UNSET})
#: What takes no word but an environment's name.
BARE = frozenset({Action.PROMOTE, Action.ENV_LIST, Action.ENV_SET, Action.RESTART, Action.CANCEL})


def _with_words(ask: DeployAsk, aim: Aim, rest: tuple[str, ...]) -> Aim | Obstacle:
    """The aim with the words behind the environment's name, and with the fields that name things outright."""
    word = rest[0] if rest else ""
    aim = replace(aim, ref=ask.ref, release=ask.release, reason=ask.reason)
    match ask.action:
        case Action.DEPLOY:
            return replace(aim, ref=ask.ref or word)
        case Action.ROLLBACK:
            return replace(aim, release=ask.release or word)
        case Action.ENV_UNSET:
            return replace(aim, key=rest[-1]) if rest else obstacle(Reason.BAD_ARGUMENTS, "No variable was named.")
        case Action.LOCK | Action.UNLOCK | Action.REJECT:
            return replace(aim, reason=" ".join([*rest, ask.reason]).strip())
        case _:
            return aim


def no_such(word: str, names: Names) -> Obstacle:
    """Nothing here is called so; what there is."""
    return obstacle(Reason.NO_SUCH_ENVIRONMENT, f"There is no environment {code(word)} here. {_list(names)}")


def _which(ask: DeployAsk, meant: tuple[str, ...]) -> Obstacle:
    said = f"{code(ask.words[0])} is no environment, and there" if ask.words else "There"
    return obstacle(Reason.WHICH_ENVIRONMENT, f"{said} are several: {_comma(meant)}.")


def _list(names: Names) -> str:
    return f"There {'is' if len(names.live) == 1 else 'are'} {_comma(names.live)}." if names.live else ""


def _comma(names: tuple[str, ...]) -> str:
    return ", ".join(code(name) for name in names)
