"""What a small settings file says."""

import json
from functools import lru_cache
from typing import Any

import yaml

from engine.detect.toml_text import read_toml

#: Characters of a YAML file that is read, and of what it says once its aliases are unfolded: a few lines can say
#: gigabytes.
YAML_SIZE, UNFOLDED = 64 * 1024, 1_000_000


class _Bounded(yaml.SafeLoader):
    """Safe YAML whose aliases can't say more than a file could."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._said = 0
        self._sizes: dict[int, int] = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        alias, before = self.check_event(yaml.AliasEvent), self._said
        node = super().compose_node(parent, index)
        if alias:
            # Of what it stands in itself nobody knows the size yet.
            self._said += self._sizes.get(id(node), UNFOLDED + 1)
        else:
            self._said += 1 + (len(node.value) if isinstance(node, yaml.ScalarNode) else 0)
            self._sizes[id(node)] = self._said - before
        if self._said > UNFOLDED:
            raise yaml.YAMLError("its aliases say more than a file may")
        return node


@lru_cache(maxsize=16)
def settings_of(name: str, text: str) -> Any:
    """What a small settings file says; None when it isn't well formed. Nobody may change it: rules share it."""
    try:
        if name.endswith(".json"):
            return json.loads(text)
        return read_toml(text) if name.endswith(".toml") else _yaml(text)
    except (ValueError, yaml.YAMLError, RecursionError):
        return None


def _yaml(text: str) -> Any:
    return yaml.load(text, Loader=_Bounded) if len(text) <= YAML_SIZE else None  # noqa: S506 - a SafeLoader with less in it


def table_in(content: object, *keys: str) -> dict[str, Any]:
    """The table below these keys; empty where anything else stands there."""
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content if isinstance(content, dict) else {}


def texts_in(content: object, *keys: str) -> list[str]:
    """The texts of the list below these keys; empty where anything else stands there."""
    found = table_in(content, *keys[:-1]).get(keys[-1])
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
