"""Sessions, share links, hand-overs and tokens: good for what they are for, while they last, and stored as hashes."""

from engine.access import expiry, handovers, sessions, shares, tokens
from engine.access.hashes import hash_of
from engine.access.sessions import SessionKind
from engine.access.tokens import Scope, TokenHolder
from engine.store import generations
from engine.store.schema import metadata
from tests.access.world import INSTALLATION, READER, World

NOW = 1_800_000_000.0


def everything_stored(world: World) -> str:
    """All that SQL holds, as text."""
    with world.database.read() as connection:
        return "".join(str(connection.execute(table.select()).all()) for table in metadata.sorted_tables)


def test_a_session_is_good_for_its_kind_and_host_until_it_ends(world: World) -> None:
    with world.database.write() as connection:
        token = sessions.start(connection, SessionKind.VISIT, READER, label="pr-1", seconds=60, now=NOW)
        found = sessions.find(connection, SessionKind.VISIT, token, label="pr-1", now=NOW + 59)
        assert found is not None
        assert (found.person, found.expires_at) == (READER, NOW + 60)
        assert sessions.find(connection, SessionKind.VISIT, token, label="pr-1", now=NOW + 60) is None
        assert sessions.find(connection, SessionKind.VISIT, token, label="pr-2", now=NOW) is None
        assert sessions.find(connection, SessionKind.BOT, token, now=NOW) is None
        sessions.end(connection, token)
        assert sessions.find(connection, SessionKind.VISIT, token, label="pr-1", now=NOW) is None


def test_each_session_has_a_proof_of_its_own_that_is_not_stored(world: World) -> None:
    with world.database.write() as connection:
        opened = [sessions.start(connection, SessionKind.BOT, READER, seconds=60, now=NOW) for _ in range(2)]
        proofs = [
            found.csrf for token in opened if (found := sessions.find(connection, SessionKind.BOT, token, now=NOW))
        ]
    assert len(set(proofs)) == 2
    assert not any(proof in everything_stored(world) for proof in proofs)


def test_ending_somebodys_visits_is_heard_by_the_gateway(world: World) -> None:
    with world.database.write() as connection:
        token = sessions.start(connection, SessionKind.VISIT, READER, label="pr-1", seconds=60, now=NOW)
        before = generations.read(connection, "access")
        sessions.end_visits(connection, READER.id)
        assert sessions.find(connection, SessionKind.VISIT, token, label="pr-1", now=NOW) is None
        assert generations.read(connection, "access") == before + 1


def test_a_sign_in_state_is_spent_once(world: World) -> None:
    with world.database.write() as connection:
        assert sessions.spend(connection, "state", seconds=60, now=NOW)
        assert not sessions.spend(connection, "state", seconds=60, now=NOW)
        assert sessions.find(connection, SessionKind.BOT, "state", now=NOW) is None


def test_a_share_link_is_good_for_one_preview_until_it_expires_or_is_revoked(world: World) -> None:
    with world.database.write() as connection:
        link, token = shares.mint(
            connection, preview_id="pv_1", installation_id=INSTALLATION, created_by="writer", seconds=60, now=NOW
        )
        assert shares.find(connection, token, preview_id="pv_1", now=NOW + 59) == link
        assert shares.find(connection, token, preview_id="pv_1", now=NOW + 60) is None
        assert shares.find(connection, token, preview_id="pv_2", now=NOW) is None
        before = generations.read(connection, "access")
        assert not shares.revoke(connection, link.id, preview_id="pv_2", now=NOW)
        assert shares.revoke(connection, link.id, preview_id="pv_1", now=NOW)
        assert not shares.revoke(connection, link.id, preview_id="pv_1", now=NOW)
        assert shares.find(connection, token, preview_id="pv_1", now=NOW) is None
        assert generations.read(connection, "access") == before + 1


def test_a_hand_over_needs_its_host_and_nonce_and_is_good_once(world: World) -> None:
    with world.database.write() as connection:
        code = handovers.issue(connection, READER, label="pr-1", nonce_hash=hash_of("nonce"), now=NOW)
        assert handovers.redeem(connection, code, label="pr-2", nonce="nonce", now=NOW) is None
        assert handovers.redeem(connection, code, label="pr-1", nonce="other", now=NOW) is None
        assert handovers.redeem(connection, code, label="pr-1", nonce="nonce", now=NOW + 30) is None
        assert handovers.redeem(connection, code, label="pr-1", nonce="nonce", now=NOW + 29) == READER
        assert handovers.redeem(connection, code, label="pr-1", nonce="nonce", now=NOW + 29) is None


def test_a_token_says_who_and_how_far_until_it_expires_or_is_revoked(world: World) -> None:
    with world.database.write() as connection:
        token = tokens.mint(connection, "reader", {Scope.READ}, 60, NOW)
        assert token.startswith("slp_")
        assert tokens.who(connection, token, NOW + 59) == TokenHolder("reader", frozenset({Scope.READ}))
        assert tokens.who(connection, token, NOW + 60) is None
        assert tokens.who(connection, token.removeprefix("slp_"), NOW) is None
        assert tokens.who(connection, token + "x", NOW) is None
        assert tokens.revoke(connection, token, NOW)
        assert tokens.who(connection, token, NOW) is None


def test_no_secret_is_stored(world: World) -> None:
    with world.database.write() as connection:
        secrets = [
            sessions.start(connection, SessionKind.BOT, READER, seconds=60, now=NOW),
            handovers.issue(connection, READER, label="pr-1", nonce_hash="h", now=NOW),
            tokens.mint(connection, "reader", {Scope.READ, Scope.WRITE}, 60, NOW),
            shares.mint(connection, preview_id="p", installation_id=1, created_by="w", seconds=60, now=NOW)[1],
        ]
    stored = everything_stored(world)
    assert all(hash_of(secret) in stored and secret not in stored for secret in secrets)


def test_what_has_expired_is_thrown_away_and_the_rest_stays(world: World) -> None:
    with world.database.write() as connection:
        old = sessions.start(connection, SessionKind.BOT, READER, seconds=10, now=NOW)
        new = sessions.start(connection, SessionKind.BOT, READER, seconds=100, now=NOW)
        handovers.issue(connection, READER, label="pr-1", nonce_hash="h", now=NOW)
        token = tokens.mint(connection, "reader", {Scope.READ}, 10, NOW)
        assert expiry.prune(connection, NOW + 50) == 2
        assert sessions.find(connection, SessionKind.BOT, old, now=NOW) is None
        assert sessions.find(connection, SessionKind.BOT, new, now=NOW) is not None
        assert tokens.who(connection, token, NOW) is not None
        assert expiry.prune(connection, NOW + 10 + expiry.REMEMBERED) == 2
