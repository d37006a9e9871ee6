"""What GitHub says about an ask. All of its reads are here and in `commit_facts`; nothing is decided."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.deploy.aim import Aim, Names, aim_of, worded
from engine.deploy.asks import Action, DeployAsk
from engine.deploy.commit_facts import CommitFacts, of_deploy, of_promotion
from engine.deploy.known import GATE, RELEASE, Known
from engine.deploy.outcome import Obstacle
from engine.deploy.words import obstacle
from engine.domain.permission import Role
from engine.errors import ConfigurationError, Gone
from engine.forge.commits import Commits, Comparison
from engine.forge.port import Forge, RepositoryRef
from engine.project.config import PROJECT_FILE
from engine.project.environments import Rules, read_rules, with_choice
from engine.reasons import Reason
from engine.reports.escape import code

#: The role that every ask about an environment needs (requirement C2).
NEEDED = Role.WRITE


@dataclass(frozen=True)
class Facts:
    """The answers of GitHub."""

    #: Unix seconds, before the first question: what we learned later is newer.
    gathered_at: float
    #: Of whoever asks.
    role: Role
    #: The environments by the default branch's `slipway.yml`; none when that has problems.
    rules: tuple[Rules, ...] = ()
    #: Every problem of that file, a sentence each.
    problems: tuple[str, ...] = ()
    #: Of a deploy or promotion, once it is clear what is meant.
    commit: CommitFacts | None = None
    #: Of `/rollback --plan`: what serves, seen from the older release; None: it can't be told.
    comparison: Comparison | None = None
    #: Roles of those who approved before, by login in lower case.
    voters: Mapping[str, Role] = field(default_factory=dict)


def gather(forge: Forge, commits: Commits, ask: DeployAsk, known: Known) -> Facts:
    """Asks for what the decision needs and no more; `known` is what SQL says. Raises Unreachable, Denied or Gone."""
    facts = Facts(time.time(), forge.permission(ask.repository, ask.login))
    if facts.role < NEEDED:
        return facts
    facts = _with_rules(facts, forge, ask)
    aim = aim_in(ask, facts.rules, known)
    if isinstance(aim, Obstacle):
        return facts
    match ask.action:
        case Action.DEPLOY:
            return replace(facts, commit=of_deploy(forge, commits, ask, aim, rules_in(facts, known, aim)))
        case Action.PROMOTE:
            rules = rules_in(facts, known, aim)
            serving = known.serving(rules.after)
            sha = "" if serving is None else serving.sha
            return replace(facts, commit=of_promotion(forge, commits, ask, sha, rules))
        case Action.ROLLBACK if ask.plan_only:
            return replace(facts, comparison=_comparison(commits, ask, known, aim))
        case Action.APPROVE:
            return replace(facts, voters=_voters(forge, ask.repository, known))
        case _:
            return facts


def aim_in(ask: DeployAsk, rules: Sequence[Rules], known: Known) -> Aim | Obstacle:
    """What is meant among these rules and what is known. What is named by its id says the environment too, and it must
    be the one that is named beside it.
    """
    ask, named, names = worded(ask), known.named, names_of(rules, known)
    if not ask.release:
        return aim_of(ask, names)
    if named is None and ask.release.startswith((RELEASE, GATE)):
        return obstacle(Reason.NO_SUCH_RELEASE, f"There is no release {code(ask.release)} here.")
    environment = None if named is None else known.by_id(named.environment_id)
    if named is None or environment is None:
        return aim_of(ask, names)
    beside = ask.environment.lower() or next(filter(None, map(names.find, ask.words[:1])), "")
    if beside not in ("", environment.name):
        said = f"`{named.name}` that was named is a release of `{environment.name}`, not of {code(beside)}."
        return obstacle(Reason.NO_SUCH_RELEASE, said)
    return Aim(environment.name, release=named.id, reason=" ".join([*ask.words, ask.reason]).strip())


def names_of(rules: Sequence[Rules], known: Known) -> Names:
    """The environments that may be meant: those of the file, or where that can't be read those that we know."""
    own = tuple(rules) or tuple(known.rules(each.name) for each in known.environments if not each.retired)
    live = tuple(each.name for each in own)
    retired = tuple(each.name for each in known.environments if each.name not in live)
    return Names(live, retired, tuple(each.name for each in own if each.after))


def rules_in(facts: Facts, known: Known, aim: Aim) -> Rules:
    """The rules of the environment that is meant: as the file says now, else as it said last."""
    before = known.rules(aim.environment)
    found = next((each for each in facts.rules if each.name == aim.environment), None)
    return before if found is None else with_choice(found, before)


def _with_rules(facts: Facts, forge: Forge, ask: DeployAsk) -> Facts:
    data = forge.read_file(ask.repository, PROJECT_FILE, ask.default_branch)
    try:
        return replace(facts, rules=read_rules(data))
    except ConfigurationError as error:
        return replace(facts, problems=tuple(error.problems))


def _comparison(commits: Commits, ask: DeployAsk, known: Known, aim: Aim) -> Comparison | None:
    """What would be taken back: the commits that serve now and that the older release hasn't."""
    serving = known.serving(aim.environment)
    older = known.older(aim.environment, aim.release)
    if serving is None or older is None:
        return None
    try:
        return commits.compare(ask.repository, older.sha, serving.sha)
    except Gone:
        return None


def _voters(forge: Forge, repository: RepositoryRef, known: Known) -> dict[str, Role]:
    """Whoever approved before may have lost the right to since then."""
    logins = {vote.login.lower() for gate in known.gates for vote in gate.votes if vote.approves}
    return {login: forge.permission(repository, login) for login in sorted(logins)}
