"""One playground for all tests of the forge."""

from collections.abc import Iterator

import pytest

from tests.forge.at_playground import AtPlayground, at_playground


@pytest.fixture(scope="session")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtPlayground]:
    """A GitHub with the App's way to it."""
    with at_playground(tmp_path_factory.mktemp("github")) as found:
        yield found
