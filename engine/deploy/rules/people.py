"""Who may."""

from engine.deploy.outcome import Obstacle
from engine.deploy.rules.situation import Situation
from engine.deploy.words import obstacle, who
from engine.domain.permission import Role
from engine.project.environments import Rules
from engine.reasons import Reason


def permitted(login: str, role: Role) -> Obstacle | None:
    """Write permission on the repository, at this moment."""
    if role >= Role.WRITE:
        return None
    has = f"has {role.name.lower()} permission" if role else "has no permission"
    return obstacle(
        Reason.NOT_PERMITTED, f"{who(login)} can't do that here: it needs write permission, and {who(login)} {has}."
    )


def may(situation: Situation) -> Obstacle | None:
    """Write permission; a push is allowed by whoever let it onto the branch."""
    return None if situation.automatic else permitted(situation.login, situation.role)


def is_deployer(situation: Situation) -> Obstacle | None:
    """One of the deployers, where the default branch names any: also for what a push starts."""
    return deployer(situation.rules, situation.login)


def deployer(rules: Rules, login: str) -> Obstacle | None:
    """One of the environment's deployers, where any are named."""
    if rules.admits(login):
        return None
    named = ", ".join(who(each) for each in rules.deployers)
    said = f"{who(login)} is none of the deployers of `{rules.name}`: {named}."
    return obstacle(Reason.NOT_DEPLOYER, said, "One of them can do it.")
