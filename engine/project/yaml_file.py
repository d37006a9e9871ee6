"""Reads YAML that strangers wrote: bounded, without aliases, without repeated keys."""

from collections.abc import Hashable

import yaml

from engine.errors import ConfigurationError

#: Bytes; a project file is a page of text.
SIZE_LIMIT = 64 * 1024


class _Plain(yaml.SafeLoader):
    """Safe YAML without aliases: a few lines of them unfold to gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.get_mark()
            raise yaml.constructor.ConstructorError(None, None, "aliases (*name) are not read here", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        seen: set[object] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} is there twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(name: str, data: bytes) -> object:
    """The content of the YAML file `name`. Raises ConfigurationError with the line."""
    if len(data) > SIZE_LIMIT:
        raise ConfigurationError([f"{name}: {len(data)} bytes long; at most {SIZE_LIMIT} are read. Shorten it."])
    try:
        return yaml.load(data.decode(), Loader=_Plain)  # noqa: S506 - a SafeLoader with less in it
    except UnicodeDecodeError as error:
        raise ConfigurationError([f"{name}: byte {error.start} is not UTF-8. Save the file as UTF-8."]) from error
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise ConfigurationError([f"{name}: {line}{error.problem or 'it is not YAML'}."]) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]
        raise ConfigurationError([f"{name}: it is not YAML that can be read: {why}."]) from error
