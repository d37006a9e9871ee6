"""Trees in memory to be scanned, and made-up secrets to be found in them."""

import random
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.detect.tree import MemoryTree
from engine.source.archive import Entry, Kind


@dataclass(frozen=True)
class ScanTree(MemoryTree):
    """Files, and links by path → target."""

    links: Mapping[str, str] = field(default_factory=dict)

    def entries(self) -> Iterator[Entry]:
        """Every file and link."""
        for path, content in self.files.items():
            yield Entry(path, Kind.FILE, content)
        for path, target in self.links.items():
            yield Entry(path, Kind.LINK, target.encode())


def a_tree(files: Mapping[str, str | bytes], links: Mapping[str, str] | None = None) -> ScanTree:
    """A tree of these files."""
    contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return ScanTree(contents, links or {})


def a_word(length: int, alphabet: str = string.ascii_letters + string.digits, seed: int = 7) -> str:
    """Characters without meaning, always the same: put together here, so that no file of ours holds a key's form."""
    chosen = random.Random(seed)
    return "".join(chosen.choice(alphabet) for _ in range(length))


def an_aws_key(seed: int = 7) -> str:
    """What looks like an AWS access key and opens nothing."""
    return "AKIA" + a_word(16, string.ascii_uppercase + string.digits, seed)


def a_private_key() -> str:
    """What looks like a private key and opens nothing."""
    return (
        f"-----BEGIN RSA PRIVATE {'KEY'}-----\n{a_word(64)}\n{a_word(64, seed=8)}\n-----END RSA PRIVATE {'KEY'}-----\n"
    )
