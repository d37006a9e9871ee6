"""The webhook's door (requirements G1, G2; faults I9, I12, I15, I16)."""

import asyncio
import socket

import pytest
from sqlalchemy import select

from bot.github import webhook
from engine.forge.delivery_ids import ids_of
from engine.store.schema import inbox, jobs
from tests.ingest.running import BODY, OLD_SECRET, Door, a_request, burst, sign

GOOD = sign(BODY)

REFUSED: dict[str, tuple[int, bytes]] = {
    "no signature": (401, a_request(signatures=[])),
    "empty signature": (401, a_request(signatures=[b""])),
    "a signature that is only its prefix": (401, a_request(signatures=[b"sha256="])),
    "half a signature": (401, a_request(signatures=[GOOD[:39]])),
    "a longer signature": (401, a_request(signatures=[GOOD + b"00"])),
    "without the prefix": (401, a_request(signatures=[GOOD[7:]])),
    "sha1 instead": (401, a_request(signatures=[b"sha1=" + GOOD[7:47]])),
    "sha512 instead": (401, a_request(signatures=[GOOD.replace(b"sha256", b"sha512")])),
    "prefix in capitals": (401, a_request(signatures=[GOOD.replace(b"sha256", b"SHA256")])),
    "digest in capitals": (401, a_request(signatures=[b"sha256=" + GOOD[7:].upper()])),
    "bytes that are no text": (401, a_request(signatures=[b"sha256=" + b"\xff" * 64])),
    "letters that are no ASCII": (401, a_request(signatures=[b"sha256=" + "é".encode() * 32])),
    "a quoted signature": (401, a_request(signatures=[b'"' + GOOD + b'"'])),
    "two signatures, both right": (401, a_request(signatures=[GOOD, GOOD])),
    "two signatures, one right": (401, a_request(signatures=[GOOD, sign(b"other")])),
    "two in one header": (401, a_request(signatures=[GOOD + b"," + GOOD])),
    "of another body": (401, a_request(signatures=[sign(BODY + b" ")])),
    "by another secret": (401, a_request(secret=b"not-the-secret")),
    "by an empty secret": (401, a_request(secret=b"")),
    "by the word null": (401, a_request(secret=b"null")),
    "in the old header only": (401, a_request(signatures=[], more=b"X-Hub-Signature: sha1=00\r\n")),
    "no delivery id": (400, a_request(delivery=None)),
    "an empty delivery id": (400, a_request(delivery=b"")),
    "a delivery id of 5 KB": (400, a_request(delivery=b"a" * 5000)),
    "a delivery id of bytes": (400, a_request(delivery=b"\xff\xfe")),
    "a delivery id with a space": (400, a_request(delivery=b"a b")),
    "a delivery id with NUL": (400, a_request(delivery=b"a\x00b")),
    "two delivery ids": (400, a_request(more=b"X-GitHub-Delivery: other\r\n")),
    "no event": (400, a_request(event=None)),
    "an empty event": (400, a_request(event=b"")),
    "two events": (400, a_request(more=b"X-GitHub-Event: ping\r\n")),
    "form-encoded": (415, a_request(content_type=b"application/x-www-form-urlencoded")),
    "no content type": (415, a_request(content_type=None)),
    "two content types": (415, a_request(more=b"Content-Type: text/plain\r\n")),
    "26 MB announced": (413, a_request(length=b"27262976")),
    "a negative length": (400, a_request(length=b"-5")),
    "a length that is no number": (400, a_request(length=b"many")),
    "two lengths": (400, a_request(more=b"Content-Length: 5\r\n")),
    "a length and chunks": (400, a_request(more=b"Transfer-Encoding: chunked\r\n")),
    "a signature in base64": (401, a_request(signatures=[b"sha256=" + b"YWJj" * 16])),
    "a signature on a line of its own": (400, a_request(signatures=[b"\r\n " + GOOD])),
    "PUT": (405, a_request().replace(b"POST", b"PUT")),
    "GET": (405, b"GET /webhooks/github HTTP/1.1\r\nHost: slipway\r\n\r\n"),
}


def test_what_is_no_delivery_of_ours_is_refused_and_leaves_no_row(door: Door) -> None:
    replies = {name: door.raw(request) for name, (_, request) in REFUSED.items()}
    expected = {name: status for name, (status, _) in REFUSED.items()}
    assert {name: reply.status for name, reply in replies.items()} == expected
    assert door.rows() == (0, 0)
    assert door.post("after all that").status == 400
    assert door.post("after-all-that").status == 202


def test_refusals_say_what_to_do(door: Door) -> None:
    assert "application/json" in door.raw(REFUSED["form-encoded"][1]).text
    assert "GITHUB_WEBHOOK_SECRET" in door.raw(REFUSED["of another body"][1]).text
    assert "x-github-delivery" in door.raw(REFUSED["no delivery id"][1]).text


def test_a_delivery_is_stored_raw_before_it_is_answered_202_and_a_worker_is_woken(door: Door) -> None:
    assert door.post("d1", event="pull_request").status == 202
    with door.database.read() as connection:
        row = connection.execute(select(inbox)).one()
        job = connection.execute(select(jobs)).one()
    assert (row.key, row.event, row.body) == ("gh:d1", "pull_request", BODY)
    assert (job.kind, job.subject, job.installation_id) == ("intake", "gh:d1", 42)
    door.ingest.stop()
    assert door.wakeups.take("quick") == job.id


def test_a_duplicate_is_answered_and_does_nothing(door: Door) -> None:
    assert door.post("d1").status == 202
    again = door.post("d1")
    assert (again.status, again.text.strip(), door.rows()) == (200, "duplicate", (1, 1))


def test_another_body_under_the_same_id_changes_nothing(door: Door) -> None:
    assert door.post("d1").status == 202
    other = door.post("d1", b'{"installation": {"id": 1}}')
    assert (other.status, door.rows()) == (200, (1, 1))
    assert other.text.startswith("duplicate: another body")


def test_an_event_that_nobody_handles_is_stored_too(door: Door) -> None:
    assert door.post("d1", event="star").status == 202
    assert door.rows() == (1, 1)


def test_both_secrets_of_a_rotation_are_accepted(door: Door) -> None:
    assert door.post("d1", secret=OLD_SECRET).status == 202


@pytest.mark.parametrize(
    ("body", "installation"),
    [
        (b"", 0),
        (b"\xff\xfe", 0),
        (b"not json", 0),
        (b"[" * 100_000, 0),
        (b"null", 0),
        (b'"text"', 0),
        (b'{"installation": null}', 0),
        (b'{"installation": {"id": "7"}}', 0),
        (b'{"installation": {"id": true}}', 0),
        (b'{"installation": {"id": -1}}', 0),
        (b'{"installation": {"id": 9223372036854775808}}', 0),
        (b'{"installation": {"id": 1e400}}', 0),
        (b'{"installation": {"id": NaN}}', 0),
        (b'{"a": "\\ud800", "installation": {"id": 7}}', 0),
        (b'{"installation": {"id": 1}, "installation": {"id": 7}}', 7),
        (b'{"installation": {"id": 9223372036854775807}}', 2**63 - 1),
    ],
)
def test_the_installation_is_read_as_well_as_it_can_be(body: bytes, installation: int) -> None:
    assert ids_of(body) == (installation, 0)


def test_a_delivery_is_read_in_the_order_of_its_repository(door: Door) -> None:
    assert door.post("a", b'{"installation": {"id": 7}, "repository": {"id": 12}}').status == 202
    assert door.post("b", b'{"installation": {"id": 7}}').status == 202
    with door.database.read() as connection:
        keys = set(connection.execute(select(jobs.c.order_key)).scalars())
    assert keys == {"repository:12", ""}


def test_a_signed_body_that_can_not_be_read_is_kept(door: Door) -> None:
    assert door.post("d1", b"\xff\xfe{").status == 202
    with door.database.read() as connection:
        assert connection.execute(select(inbox.c.body)).scalar_one() == b"\xff\xfe{"


def test_a_client_that_leaves_in_the_middle_stores_nothing(door: Door) -> None:
    with socket.create_connection(door.address, timeout=30) as connection:
        connection.sendall(a_request()[:-5])
    assert door.post("next").status == 202
    assert door.rows() == (1, 1)


def test_while_the_database_is_locked_it_is_503_and_never_2xx_and_afterwards_all_is_well(door: Door) -> None:
    with door.database.write() as connection:
        assert connection is not None
        assert door.post("d1").status == 503
    assert door.rows() == (0, 0)
    assert door.post("d1").status == 202


def test_away_wakeups_do_not_matter(door: Door) -> None:
    door.wakeups.away = True
    assert door.post("d1").status == 202


def test_two_doors_on_one_database_keep_each_delivery_once(door: Door) -> None:
    other = Door(door.database)
    requests = [a_request(delivery=f"d{number}".encode()) for number in range(300)]

    async def both() -> list[list[int]]:
        return await asyncio.gather(*[burst(one.address, requests, 20) for one in (door, other)])

    statuses = [status for found in asyncio.run(both()) for status in found]
    other.close()
    assert (statuses.count(202), statuses.count(200), door.rows()) == (300, 300, (300, 300))


def test_without_a_secret_there_is_no_door(door: Door) -> None:
    with pytest.raises(ValueError, match="no secret"):
        webhook.Webhook(door.ingest, [])
