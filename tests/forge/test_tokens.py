"""Installation tokens are kept while they are good, and never longer."""

from engine.forge.grants import CLONE, LOOK
from engine.forge.port import RepositoryRef
from engine.forge.tokens import PLENTY, SPARE_SECONDS, Purpose, Token, Tokens, unix_seconds
from engine.settings import Secret

HOUR = 3600.0
SHOP = RepositoryRef(1, 2, "acme/shop")


class Mint:
    """Makes tokens that are good for an hour, and counts them."""

    def __init__(self) -> None:
        self.now = 0.0
        self.made: list[Purpose] = []

    def __call__(self, purpose: Purpose) -> Token:
        self.made.append(purpose)
        return Token(Secret(f"ghs_{len(self.made)}"), self.now + HOUR)

    def tokens(self) -> Tokens:
        """The store of tokens on this mint's clock."""
        return Tokens(self, lambda: self.now)


def test_a_token_is_minted_once_for_each_purpose() -> None:
    mint = Mint()
    tokens = mint.tokens()
    for _ in range(3):
        tokens.token(SHOP, LOOK)
        tokens.token(SHOP, CLONE)
        tokens.token(RepositoryRef(1, 3, "acme/api"), LOOK)
    assert mint.made == [Purpose(1, 2, LOOK), Purpose(1, 2, CLONE), Purpose(1, 3, LOOK)]


def test_a_token_with_little_time_left_is_replaced() -> None:
    mint = Mint()
    tokens = mint.tokens()
    first = tokens.token(SHOP, LOOK)
    mint.now = HOUR - SPARE_SECONDS - 1
    assert tokens.token(SHOP, LOOK) == first
    mint.now += 2
    assert tokens.token(SHOP, LOOK) != first


def test_a_forgotten_token_is_replaced() -> None:
    tokens = Mint().tokens()
    first = tokens.token(SHOP, LOOK)
    tokens.forget(SHOP, LOOK)
    tokens.forget(SHOP, LOOK)
    assert tokens.token(SHOP, LOOK) != first


def test_a_renamed_repository_keeps_its_token() -> None:
    tokens = Mint().tokens()
    assert tokens.token(SHOP, LOOK) == tokens.token(RepositoryRef(1, 2, "acme/store"), LOOK)


def test_expired_tokens_are_thrown_away() -> None:
    mint = Mint()
    tokens = mint.tokens()
    for each in range(PLENTY):
        tokens.token(RepositoryRef(1, each, "acme/x"), LOOK)
    mint.now = 2 * HOUR
    tokens.token(SHOP, CLONE)
    assert len(tokens._kept) == 1


def test_githubs_times_are_read() -> None:
    assert unix_seconds("1970-01-01T01:00:00Z") == HOUR
