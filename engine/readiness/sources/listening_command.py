"""On which address and port servers listen by the words of their command."""

from dataclasses import dataclass

from engine.readiness.sources.heard import EVERYWHERE, Heard, address_of, host_of, port_of
from engine.readiness.sources.serving import Serving

FLASK_VARIABLES = ("FLASK_RUN_PORT", "FLASK_RUN_HOST")


@dataclass(frozen=True)
class Options:
    """What a server reads, and where it listens without a word."""

    port: tuple[str, ...] = ()
    host: tuple[str, ...] = ()
    #: Options with both, as `host:port`.
    address: tuple[str, ...] = ()
    default_port: str = "$PORT"
    default_host: str = EVERYWHERE
    #: Variables set in front of the command that say the port, and the address.
    variables: tuple[str, str] = ("", "")


#: Program → its options; with a second word where the program has commands of its own.
OPTIONS: dict[str, Options] = {
    "uvicorn": Options(("--port",), ("--host",), (), "8000", "127.0.0.1", ("UVICORN_PORT", "UVICORN_HOST")),
    "hypercorn": Options((), (), ("-b", "--bind"), "8000", "127.0.0.1"),
    "daphne": Options(("-p", "--port"), ("-b", "--bind"), (), "8000", "127.0.0.1"),
    "waitress-serve": Options(("--port",), ("--host",), ("--listen",), "8080"),
    "flask run": Options(("-p", "--port"), ("-h", "--host"), (), "5000", "127.0.0.1", FLASK_VARIABLES),
    "fastapi run": Options(("--port",), ("--host",)),
    "fastapi dev": Options(("--port",), ("--host",), (), "$PORT", "127.0.0.1"),
    "streamlit run": Options(("--server.port",), ("--server.address",), (), "8501"),
    "next start": Options(("-p", "--port"), ("-H", "--hostname")),
    "next dev": Options(("-p", "--port"), ("-H", "--hostname")),
    "vite preview": Options(("--port",), ("--host",), (), "4173", "127.0.0.1"),
    "serve": Options(("-p",), (), ("-l", "--listen")),
    "http-server": Options(("-p", "--port"), ("-a",)),
    "gunicorn": Options((), (), ("-b", "--bind"), "", ""),
}  # fmt: skip


def by_command(serving: Serving) -> Heard | None:
    """Where a known server listens; None for unknown ones, and for gunicorn without a word."""
    if serving.program == "manage.py":
        return _django(serving)
    keys = (*(f"{serving.program} {word}" for word in serving.words), serving.program)
    options = next((OPTIONS[key] for key in keys if key in OPTIONS), None)
    if options is None:
        return None
    if serving.option("--uds", "--fd", "--unix-socket", "-u") is not None:
        return Heard("", "", serving.path, serving.line)
    address = serving.option(*options.address) if options.address else None
    if address is not None:
        port, host = address_of(address)
        return Heard(port, host, serving.path, serving.line)
    if serving.program == "gunicorn":
        return None
    port, host = _said(serving, options)
    return Heard(port, host, serving.path, serving.line)


def _said(serving: Serving, options: Options) -> tuple[str, str]:
    port_word = serving.option(*options.port) if options.port else None
    host_word = serving.option(*options.host) if options.host else None
    port_variable, host_variable = options.variables
    port_word = serving.environment.get(port_variable) if port_word is None else port_word
    host_word = serving.environment.get(host_variable) if host_word is None else host_word
    port = options.default_port if port_word is None else port_of(port_word)
    # `--host` without a value: on every address.
    host = options.default_host if host_word is None else host_of(host_word) or ("" if host_word else EVERYWHERE)
    return port, host


def _django(serving: Serving) -> Heard | None:
    if serving.words[:1] != ("runserver",):
        return None
    word = next((word for word in serving.words[1:] if not word.startswith("-")), "")
    port, host = address_of(word) if word else ("8000", "127.0.0.1")
    return Heard(port, host or "127.0.0.1", serving.path, serving.line)
