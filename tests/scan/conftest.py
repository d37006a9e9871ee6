"""What tests of the scan share."""

from collections.abc import Iterator

import pytest

from engine.scan.programs import Programs
from engine.shell.real import RealShell
from tests.scan.osv_server import OsvServer, an_osv


@pytest.fixture
def osv_server() -> Iterator[OsvServer]:
    """A stand-in for OSV."""
    with an_osv() as server:
        yield server


@pytest.fixture
def programs() -> Programs:
    """The real analysers; no gitleaks of this machine."""
    return Programs(RealShell(), search_path="/nowhere")
