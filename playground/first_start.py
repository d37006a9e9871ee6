"""What the playground holds when it starts for the first time."""

from playground.accounts import GARDENER, ORGANISATION, PEOPLE, TEAM, Account, account_by_login, create_account
from playground.application import BOT_LOGIN
from playground.hub import Hub
from playground.installations import create_installation
from playground.members import create_team, join_team, members_of, store_member, team_by_slug
from playground.objects import Signature
from playground.proposals import Proposal, open_quietly
from playground.repositories import Repository, create_repository, git_dir, set_collaborator
from playground.samples import SAMPLES, Sample
from playground.trees import Draft, commit_folder, set_ref


def furnish(hub: Hub) -> None:
    """All that a playground comes with, all or nothing; one of an earlier version gets what it doesn't have."""
    with hub.database.writing():
        if not hub.database.scalar("SELECT count(*) FROM accounts"):
            _first(hub)
        organisation = account_by_login(hub.database, ORGANISATION)
        if organisation is not None and not members_of(hub, organisation):
            _people(hub, organisation)
        if account_by_login(hub.database, GARDENER) is None:
            create_account(hub.database, GARDENER, kind="Bot", name=GARDENER, now=hub.now())


def _first(hub: Hub) -> None:
    """Accounts, sample repositories with an open pull request each, and the App's installations."""
    with hub.database.writing():
        now = hub.now()
        organisation = create_account(hub.database, ORGANISATION, kind="Organization", name="Acme", now=now)
        people = {
            person.login: create_account(hub.database, person.login, kind="User", name=person.name, now=now)
            for person in PEOPLE
        }
        create_account(hub.database, BOT_LOGIN, kind="Bot", name="Slipway", now=now)
        for sample in SAMPLES:
            _sample(hub, organisation, people, sample)
        # Installed after the pull requests were opened, so nobody was told of them.
        create_installation(hub, organisation.id, selection="all")
        for account in people.values():
            create_installation(hub, account.id, selection="selected")


def _people(hub: Hub, organisation: Account) -> None:
    create_team(hub, organisation, TEAM, TEAM.capitalize())
    team = team_by_slug(hub, organisation, TEAM)
    for person in PEOPLE:
        account = account_by_login(hub.database, person.login)
        if account is not None:
            store_member(hub, organisation, account, "admin" if person.role == "admin" else "member")
            join_team(hub, team, account)


def _sample(hub: Hub, organisation: Account, people: dict[str, Account], sample: Sample) -> None:
    repository = create_repository(hub, organisation, sample.name, private=True, description=sample.description)
    for person in PEOPLE:
        set_collaborator(hub, repository, people[person.login], person.role)
    _commits(hub, repository, people, sample)
    proposal = Proposal(sample.title, sample.body, repository, sample.branch, repository.default_branch)
    open_quietly(hub, repository, people["writer"], proposal)


def _commits(hub: Hub, repository: Repository, people: dict[str, Account], sample: Sample) -> None:
    path = git_dir(hub, repository)
    first = commit_folder(path, sample.base, _draft(hub, people["admin"], sample.first_message), onto=None)
    set_ref(path, f"refs/heads/{repository.default_branch}", first)
    change = commit_folder(path, sample.change, _draft(hub, people["writer"], sample.title), onto=first)
    set_ref(path, f"refs/heads/{sample.branch}", change)


def _draft(hub: Hub, author: Account, message: str) -> Draft:
    return Draft(message, Signature(author.name, author.email, hub.now()))
