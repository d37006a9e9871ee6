"""Unpacking a tar inside a sandbox and asking whether a file is there: one command, since each costs its own box."""

from engine.sandboxes.port import Command

#: Its end when all went well but the file that was asked for isn't there.
MISSING = 44
#: Words: the tar, the folder to unpack into, the file to ask for.
SCRIPT = f'tar -xf "$1" -C "$2" && {{ test -e "$3" || exit {MISSING}; }}'


def unpack(tar: str, folder: str, asked: str, timeout: float) -> Command:
    """The command; exit code 0, MISSING, or tar's own."""
    return Command(("sh", "-c", SCRIPT, "unpack", tar, folder, asked), folder, timeout=timeout)
