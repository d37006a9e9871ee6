"""A terminal before a running Slipway."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal, a_terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with a_terminal(tmp_path) as terminal:
        yield terminal
