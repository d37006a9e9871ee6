"""A bot that is not ours: it keeps dependencies fresh, by branches and pull requests of its own."""

import orjson

from playground.accounts import GARDENER, Account, account_by_login
from playground.git import NO_COMMIT, git, git_text
from playground.hub import Hub
from playground.objects import Signature, branches
from playground.private_file import write_private
from playground.proposals import Proposal, propose
from playground.pulls import PullRequest
from playground.pushes import RefChange, move_refs
from playground.refusals import Invalid
from playground.repositories import Repository, git_dir
from playground.tokens import find_token, mint_personal_token, revoke_personal_tokens
from playground.trees import Draft, commit_tree

FILE = "dependencies.txt"


def gardener(hub: Hub) -> Account:
    """Its account."""
    found = account_by_login(hub.database, GARDENER)
    if found is None:
        raise LookupError(f"reading account {GARDENER}: the database has no such row; delete the data folder")
    return found


def write_credentials(hub: Hub) -> None:
    """`playground/gardener.json`: its login and a token to push and to call with; one that is still good stays."""
    path = hub.settings.home / "gardener.json"
    known = orjson.loads(path.read_bytes()) if path.exists() else {}
    token = known.get("token")
    if not isinstance(token, str) or find_token(hub, token) is None:
        revoke_personal_tokens(hub, gardener(hub))
        token = mint_personal_token(hub, gardener(hub))
    write_private(path, orjson.dumps({"login": GARDENER, "token": token}, option=orjson.OPT_INDENT_2))


def weed(hub: Hub, repository: Repository) -> PullRequest:
    """Pushes a branch that raises a version, and opens a pull request from it."""
    path, bot = git_dir(hub, repository), gardener(hub)
    known = branches(path)
    onto = known.get(repository.default_branch)
    if onto is None:
        raise Invalid("There is nothing to weed in an empty repository.")
    number = 1 + sum(name.startswith("gardener/") for name in known)
    branch, title = f"gardener/soil-1.{number}", f"Raise soil to 1.{number}"
    signature = Signature(bot.login, bot.email, hub.now())
    head = commit_tree(
        path, _tree(hub, repository, onto, f"soil==1.{number}\n"), Draft(title, signature), parents=[onto]
    )
    with hub.database.writing():
        move_refs(hub, repository, bot, [RefChange(f"refs/heads/{branch}", NO_COMMIT, head)])
        proposal = Proposal(title, "A newer soil is out.", repository, branch, repository.default_branch)
        return propose(hub, repository, bot, proposal)


def _tree(hub: Hub, repository: Repository, onto: str, content: str) -> str:
    """The tree of a commit with one file of ours put into it or in place of an older one."""
    path = git_dir(hub, repository)
    blob = git(path, "hash-object", "-w", "--stdin", feed=content.encode()).decode().strip()
    listed = git_text(path, "ls-tree", onto).splitlines()
    kept = [line for line in listed if not line.endswith(f"\t{FILE}")]
    feed = "".join(f"{line}\n" for line in [*kept, f"100644 blob {blob}\t{FILE}"])
    return git(path, "mktree", feed=feed.encode()).decode().strip()
