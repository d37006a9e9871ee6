"""Accounts of the playground: an organisation, three people, the application's bot and another one."""

from dataclasses import dataclass

from playground.database import Database

ORGANISATION = "acme"
TEAM = "makers"
#: A bot that isn't ours: what another App does, it does in this name.
GARDENER = "gardener[bot]"


@dataclass(frozen=True)
class Account:
    """A person, an organisation or a bot."""

    id: int
    login: str
    #: User, Organization or Bot.
    type: str
    name: str
    email: str
    created_at: str


@dataclass(frozen=True)
class Person:
    """Somebody the playground comes with, and the role they have on the sample repositories."""

    login: str
    name: str
    role: str


PEOPLE = (
    Person("admin", "Ada Admin", "admin"),
    Person("writer", "Wren Writer", "write"),
    Person("reader", "Remy Reader", "read"),
)


def account_by_id(database: Database, account_id: int) -> Account:
    """The account of a stored id."""
    account = database.one(Account, "SELECT * FROM accounts WHERE id = ?", account_id)
    if account is None:
        raise LookupError(f"reading account {account_id}: the database has no such row")
    return account


def account_by_login(database: Database, login: str) -> Account | None:
    """The account of a login, in any case."""
    return database.one(Account, "SELECT * FROM accounts WHERE login = ?", login)


def account_by_email(database: Database, email: str) -> Account | None:
    """Whose commits carry this address."""
    return database.one(Account, "SELECT * FROM accounts WHERE email = ? COLLATE NOCASE", email)


def people(database: Database) -> list[Account]:
    """Everybody who can sign in, strongest first."""
    return database.all(Account, "SELECT * FROM accounts WHERE type = 'User' ORDER BY id")


def create_account(database: Database, login: str, *, kind: str, name: str, now: str) -> Account:
    """Adds an account."""
    email = f"{login.removesuffix('[bot]')}@acme.example"
    account_id = database.insert("accounts", login=login, type=kind, name=name, email=email, created_at=now)
    return account_by_id(database, account_id)
