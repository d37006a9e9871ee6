"""The keys of variables as the rooms of this machine have them."""

from cli.up.instance import has_instance, load_instance
from engine.settings import Secret, Settings


def keys_of(settings: Settings) -> tuple[Secret, ...]:
    """SECRET_KEYS, then what `slipway up` keeps in the data folder; newest first. Raises ConfigurationError."""
    kept = load_instance(settings.data_dir).secret_keys if has_instance(settings.data_dir) else ""
    return tuple(dict.fromkeys((*settings.secret_keys, *map(Secret, filter(None, kept.split(","))))))
