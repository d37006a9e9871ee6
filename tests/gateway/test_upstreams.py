"""Where upstreams are, and what they are told."""

import datetime
import ssl
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.gateway.address import TcpAddress, UnixAddress, parse_address
from engine.errors import ConfigurationError
from tests.access.world import World
from tests.gateway.origin import Origin
from tests.gateway.running import RunningGateway


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("unix:/a/b.sock", UnixAddress("/a/b.sock")),
        ("tcp:127.0.0.1:3001", TcpAddress("127.0.0.1", 3001, False, "")),
        ("tcp:[::1]:3001", TcpAddress("::1", 3001, False, "")),
        ("tls:3001-abc.e2b.app:443#token", TcpAddress("3001-abc.e2b.app", 443, True, "token")),
    ],
)
def test_an_address_is_read(text: str, address: object) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", "unix:a.sock", "tcp:3001", "tcp:host:", "tls:host", "http://host:80", "tcp::80"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        parse_address(text)


def test_one_unreadable_route_keeps_no_other_from_being_served(
    gateway: RunningGateway, world: World, origin: Origin
) -> None:
    bad, good = world.preview(number=1, access="public"), world.preview(number=2, access="public")
    world.serve(bad, "nonsense")
    world.serve(good, origin.upstream)
    gateway.until_serving(good, origin.upstream)
    assert gateway.ask(good).status == 200
    assert gateway.ask(bad).status == 503


def a_certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context, and one of a client that trusts it."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "an application")])
    now = datetime.datetime.now(datetime.UTC)
    alternatives = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, secret.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(alternatives, critical=False)
        .sign(secret, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    kind = serialization.PrivateFormat.PKCS8
    (folder / "both.pem").write_bytes(secret.private_bytes(serialization.Encoding.PEM, kind, plain) + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "both.pem")
    return server, ssl.create_default_context(cadata=pem.decode())


def test_an_upstream_over_tls_is_asked_by_its_own_name_with_its_token(
    gateway: RunningGateway, world: World, tmp_path: Path
) -> None:
    server, client = a_certificate(tmp_path)
    origin = Origin("over TLS").start(context=server)
    gateway.gate.context = client
    preview = world.preview(access="public")
    upstream = f"tls:127.0.0.1:{origin.port}#the-token"
    world.serve(preview, upstream)
    gateway.until_serving(preview, upstream)
    got = gateway.ask(preview, e2b_traffic_access_token="mine")
    origin.stop()
    heard = origin.heard[0]
    assert got.json["name"] == "over TLS"
    assert heard.values("host") == [f"127.0.0.1:{origin.port}"]
    assert heard.values("e2b-traffic-access-token") == ["the-token"]
    assert heard.values("x-forwarded-host") == [gateway.host(preview)]


def test_an_upstream_whose_certificate_is_not_trusted_is_not_spoken_to(
    gateway: RunningGateway, world: World, tmp_path: Path
) -> None:
    server, _ = a_certificate(tmp_path)
    origin = Origin("untrusted").start(context=server)
    preview = world.preview(access="public")
    upstream = f"tls:127.0.0.1:{origin.port}#the-token"
    world.serve(preview, upstream)
    gateway.until_serving(preview, upstream)
    assert gateway.ask(preview).status == 502
    origin.stop()
    assert origin.heard == []


def test_one_preview_flipping_leaves_the_connections_of_others_alone(
    gateway: RunningGateway, world: World, origin: Origin
) -> None:
    mine, other = world.preview(number=1, access="public"), world.preview(number=2, access="public")
    world.serve(mine, origin.upstream)
    gateway.until_serving(mine, origin.upstream)
    with gateway.wire() as wire:
        for port in (1, 2, 3):
            wire.send(f"GET / HTTP/1.1\r\nHost: {gateway.host(mine)}\r\n\r\n".encode())
            assert wire.answer().status == 200
            world.serve(other, f"tcp:127.0.0.1:{port}", f"{port}" * 40)
            gateway.until_serving(other, f"tcp:127.0.0.1:{port}")
    assert origin.connections == 1
