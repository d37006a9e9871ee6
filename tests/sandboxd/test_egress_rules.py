"""Which hosts and addresses a command may reach, as pure decisions."""

import pytest

from worker.sandboxd.egress import (
    AnyGlobal,
    Egress,
    Granted,
    Nothing,
    OnlyHosts,
    Refused,
    from_json,
    judge,
    parse_network,
    to_json,
    usable,
)
from worker.sandboxd.errors import InvalidRequest

MIRROR = frozenset({("mirror.corp", 8443), ("index.example", 443)})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, Nothing()),
        ({"allow_internet_access": False}, Nothing()),
        ({"denyOut": ["0.0.0.0/0"]}, Nothing()),
        ({"allow_internet_access": True, "denyOut": ["0.0.0.0/0"]}, Nothing()),
        (
            {"allowOut": ["A.Example.", "*.b.example"], "denyOut": ["0.0.0.0/0"]},
            OnlyHosts(("a.example", "*.b.example")),
        ),
        ({"allow_internet_access": True, "denyOut": ["8.8.8.8"]}, AnyGlobal(("8.8.8.8",))),
    ],
)
def test_what_is_not_opened_stays_closed(body: dict[str, object], expected: Egress) -> None:
    assert parse_network(body) == expected
    assert from_json(to_json(expected)) == expected


@pytest.mark.parametrize(
    "body",
    [
        {"allowOut": ["10.0.0.0/8"]},
        {"allowOut": "a"},
        {"allowOut": ["a b"]},
        {"denyOut": ["x"]},
        {"allow_internet_access": 1},
    ],
)
def test_what_cannot_be_meant_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        parse_network(body)


@pytest.mark.parametrize(
    ("egress", "host", "port", "expected"),
    [
        (Nothing(), "a.example", 443, Refused()),
        (OnlyHosts(("a.example",)), "a.example", 443, Granted(False)),
        (OnlyHosts(("a.example",)), "b.a.example", 443, Refused()),
        (OnlyHosts(("*.a.example",)), "b.a.example", 80, Granted(False)),
        (OnlyHosts(("*.a.example",)), "a.example", 80, Refused()),
        (OnlyHosts(("*.a.example",)), "xa.example", 80, Refused()),
        (OnlyHosts(("a.example",)), "a.example", 22, Refused()),
        (OnlyHosts(("mirror.corp",)), "mirror.corp", 8443, Granted(True)),
        (OnlyHosts(("mirror.corp",)), "mirror.corp", 443, Granted(False)),
        (OnlyHosts(("a.example",)), "mirror.corp", 8443, Refused()),
        (AnyGlobal(), "anything", 443, Granted(False)),
        (AnyGlobal(), "anything", 25, Refused()),
    ],
)
def test_hosts_and_ports(egress: Egress, host: str, port: int, expected: Granted | Refused) -> None:
    assert judge(egress, host, port, MIRROR) == expected


PRIVATE = (
    "127.0.0.1",
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "ff02::1",
)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_for_configured_registries_alone(address: str) -> None:
    assert usable([address], Granted(False)) == ()
    assert usable([address], Granted(True)) == (address,)


def test_global_addresses_are_usable_unless_denied() -> None:
    found = ["1.1.1.1", "10.0.0.1", "2606:4700::1111"]
    assert usable(found, Granted(False)) == ("1.1.1.1", "2606:4700::1111")
    assert usable(found, Granted(False, ("1.1.1.0/24",))) == ("2606:4700::1111",)
