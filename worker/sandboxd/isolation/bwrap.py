"""bubblewrap's options for a sandbox's commands: what is seen, what is writable, what is taken away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HOME = "/home/user"
TMP = "/tmp"  # noqa: S108 - the path inside a sandbox
OPT = "/opt/slipway"
PROXY_PORT = 3128
_MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")

# Folders of the machine's package clients below /usr that may hold credentials.
_MASKED_FOLDERS = ("/usr/etc", "/usr/local/etc")
_MASKED_FILES = ("/usr/pip.conf", "/usr/local/pip.conf")


@dataclass(frozen=True)
class View:
    """What the commands of one sandbox see of the disk; sources are paths that the sandbox's user can walk to."""

    home: Path
    temporary: Path
    cache: Path
    etc: Path
    uv: Path
    node: Path | None
    python: Path | None
    system_python: Path | None
    #: Folders of packages, seen read-only at the same path: (source, path inside).
    folders: tuple[tuple[Path, Path], ...] = ()


def fixed_options(view: View) -> list[str]:
    """The options that are the same for every command of a sandbox."""
    return [
        *("--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session"),
        *("--cap-drop", "ALL", "--uid", "1000", "--gid", "1000", "--hostname", "sandbox", "--clearenv"),
        *("--ro-bind", "/usr", "/usr"),
        *_root_folders(),
        *_masks(view.etc),
        *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/run"),
        *("--ro-bind", str(view.etc), "/etc"),
        *("--bind", str(view.temporary), TMP, "--symlink", TMP, "/var/tmp"),  # noqa: S108 - inside
        *("--bind", str(view.home), HOME, "--bind", str(view.cache), f"{HOME}/.cache"),
        *_toolchain(view),
        *(word for source, path in view.folders for word in ("--ro-bind-try", str(source), str(path))),
    ]


def command_options(cwd: str, environment: Mapping[str, str]) -> list[str]:
    """The options of one command."""
    return [*(word for name, value in environment.items() for word in ("--setenv", name, value)), "--chdir", cwd]


def environment(sandbox_id: str, clone: bool, node_certificates: bool, no_proxy: Iterable[str]) -> dict[str, str]:
    """The environment of every command, built from nothing."""
    certificates = "/etc/ssl/certs/ca-certificates.crt"
    proxy = f"http://127.0.0.1:{PROXY_PORT}"
    direct = ",".join(no_proxy)
    found = {
        "PATH": f"{HOME}/.local/bin:{OPT}/bin:/usr/local/bin:/usr/bin:/bin",
        "HOME": HOME,
        "USER": "user",
        "LOGNAME": "user",
        "SHELL": "/bin/bash",
        "LANG": "C.UTF-8",
        "TMPDIR": TMP,
        "E2B_SANDBOX": "true",
        "E2B_SANDBOX_ID": sandbox_id,
        "SSL_CERT_FILE": certificates,
        "REQUESTS_CA_BUNDLE": certificates,
        # Home and cache are two mounts, and the kernel links across none: clone where the disk can, else copy.
        "UV_LINK_MODE": "clone" if clone else "copy",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_NO_PROGRESS": "1",
        "NPM_CONFIG_CACHE": f"{HOME}/.cache/npm",
        "NPM_CONFIG_GLOBALCONFIG": "/etc/npmrc",
        **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), proxy),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), direct),
    }
    if node_certificates:
        found["NODE_EXTRA_CA_CERTS"] = certificates
    return found


def _root_folders() -> list[str]:
    words: list[str] = []
    for name in _MERGED:
        path = Path("/") / name
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            words += ["--ro-bind", str(path), str(path)]
    return words


def _masks(etc: Path) -> list[str]:
    words = [word for path in _MASKED_FOLDERS if Path(path).is_dir() for word in ("--ro-bind", str(etc), path)]
    return words + [word for path in _MASKED_FILES if Path(path).is_file() for word in ("--ro-bind", "/dev/null", path)]


def _toolchain(view: View) -> list[str]:
    words = ["--ro-bind", str(view.uv), f"{OPT}/bin/uv"]
    links: dict[str, str] = {}
    if view.node:
        words += ["--ro-bind", str(view.node), f"{OPT}/node"]
        links.update({name: f"../node/bin/{name}" for name in ("node", "npm", "npx")})
    if view.python:
        words += ["--ro-bind", str(view.python), f"{OPT}/python"]
        links.update(dict.fromkeys(("python3", "python"), "../python/bin/python3"))
    elif view.system_python:
        links["python"] = str(view.system_python)
    return words + [word for name, target in links.items() for word in ("--symlink", target, f"{OPT}/bin/{name}")]


def wrapped(command: Sequence[str], limits: Sequence[str]) -> list[str]:
    """The command behind its resource limits, set inside so that they count from nothing in the sandbox's namespace."""
    script = "".join(f"ulimit {limit} 2>/dev/null; " for limit in limits) + 'exec "$@"'
    return ["/bin/bash", "-c", script, "sandbox", *command]
