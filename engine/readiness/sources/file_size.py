"""The size of a file of a tree."""

from engine.detect.tree import FileTree, FolderTree


def size_of(tree: FileTree, path: str) -> int:
    """Bytes; a folder on this machine is asked for it without reading the file."""
    if not isinstance(tree, FolderTree):
        return len(tree.read(path) or b"")
    try:
        return (tree.folder / path).lstat().st_size
    except OSError:
        return 0
