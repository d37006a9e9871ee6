"""What is in a repository: files, branches, commits, comparisons."""

import base64
from typing import Any
from urllib.parse import quote

from playground.access import READ_CONTENTS, may_see
from playground.api.call import Answer, Call, paged
from playground.objects import (
    Commit,
    Entry,
    blob,
    branches,
    changed_files,
    commit,
    commits,
    first_parent_tree,
    has_commit,
    merge_base,
    refs,
    resolve,
    tree_entries,
    tree_entry,
)
from playground.payloads.commits import branch_payload, commit_payload, files_payload, ref_payload
from playground.payloads.repositories import api_url, html_url
from playground.protecting import protection_of
from playground.refusals import Forbidden, NotFound
from playground.repositories import Repository, commit_named, git_dir, repository_by_name

MOST_INLINE_BYTES = 1024 * 1024
MOST_RAW_BYTES = 100 * 1024 * 1024
MOST_COMPARED_COMMITS = 250
RAW_TYPES = ("application/vnd.github.raw", "application/vnd.github.v3.raw")
SUBMODULE, SYMLINK = "160000", "120000"


def show_contents(call: Call) -> Answer:
    """A file, or the names in a folder."""
    repository = call.repository(READ_CONTENTS)
    path = call.path["path"].strip("/")
    sha = resolve(git_dir(call.hub, repository), call.query.get("ref") or repository.default_branch)
    if sha is None:
        raise NotFound(f"No commit found for the ref {call.query.get('ref', repository.default_branch)}")
    ref = call.query.get("ref") or repository.default_branch
    entry = tree_entry(git_dir(call.hub, repository), sha, path)
    if entry is not None and entry.kind != "tree":
        return _file(call, repository, entry, ref)
    listed = tree_entries(git_dir(call.hub, repository), sha, path)
    if listed is None:
        raise NotFound()
    return Answer([_described(call, repository, one, ref) for one in listed])


def list_branches(call: Call) -> Answer:
    repository = call.repository(READ_CONTENTS)
    api = api_url(call.hub, repository)

    def show(branch: tuple[str, str]) -> object:
        name, sha = branch
        protected = protection_of(call.hub, repository, name) is not None
        return {"name": name, "commit": {"sha": sha, "url": f"{api}/commits/{sha}"}, "protected": protected}

    return paged(call, sorted(branches(git_dir(call.hub, repository)).items()), show)


def show_branch(call: Call) -> Answer:
    repository = call.repository(READ_CONTENTS)
    name = call.path["branch"]
    sha = branches(git_dir(call.hub, repository)).get(name)
    if sha is None:
        raise NotFound("Branch not found")
    return Answer(branch_payload(call.hub, repository, name, commit(git_dir(call.hub, repository), sha)))


def show_ref(call: Call) -> Answer:
    repository = call.repository(READ_CONTENTS)
    name = f"refs/{call.path['ref']}"
    sha = refs(git_dir(call.hub, repository), name).get(name)
    if sha is None:
        raise NotFound()
    return Answer(ref_payload(call.hub, repository, name, sha))


def list_commits(call: Call) -> Answer:
    repository = call.repository(READ_CONTENTS)
    start = commit_named(call.hub, repository, call.query.get("sha") or repository.default_branch)
    return paged(call, commits(git_dir(call.hub, repository), start), _commit_of(call, repository))


def show_commit(call: Call) -> Answer:
    """A commit with its files; as bare text where only the sha is asked for."""
    repository = call.repository(READ_CONTENTS)
    path = git_dir(call.hub, repository)
    sha = commit_named(call.hub, repository, call.path["ref"])
    if "application/vnd.github.sha" in call.headers.get("accept", ""):
        return Answer(sha.encode(), content_type="application/vnd.github.sha; charset=utf-8")
    found = commit(path, sha)
    before = first_parent_tree(found)
    files = changed_files(path, before, sha)
    added, removed = sum(one.additions for one in files), sum(one.deletions for one in files)
    return Answer(
        commit_payload(call.hub, repository, found)
        | {
            "stats": {"total": added + removed, "additions": added, "deletions": removed},
            "files": files_payload(call.hub, repository, files, before, sha),
        }
    )


def compare(call: Call) -> Answer:
    """Two commits: how far apart, and what differs since they parted; the files stand on the first page."""
    repository = call.repository(READ_CONTENTS)
    path = git_dir(call.hub, repository)
    base_name, dots, head_name = call.path["basehead"].partition("...")
    if not dots:
        raise NotFound()
    base, head = _compared(call, repository, base_name), _compared(call, repository, head_name)
    parted = merge_base(path, base, head)
    if parted is None:
        raise NotFound(f"No common ancestor between {base_name} and {head_name}.")
    ahead, behind = commits(path, "--reverse", f"{base}..{head}"), commits(path, f"{head}..{base}")
    show = _commit_of(call, repository)
    told = _comparison_addresses(call, repository, base, head) | {
        "base_commit": show(commit(path, base)),
        "merge_base_commit": show(commit(path, parted)),
        "status": _relation(bool(ahead), bool(behind)),
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
    }
    first = call.query.get("page", "1") == "1"
    files = changed_files(path, parted, head) if first else []
    told["files"] = files_payload(call.hub, repository, files, parted, head)
    if not call.query.keys() & {"page", "per_page"}:
        # The newest of a long comparison, in their order.
        return Answer(told | {"commits": [show(one) for one in ahead[-MOST_COMPARED_COMMITS:]]})
    return paged(call, ahead, show, lambda shown: told | {"commits": shown})


def _commit_of(call: Call, repository: Repository) -> Any:
    def show(found: Commit) -> object:
        return commit_payload(call.hub, repository, found)

    return show


def _compared(call: Call, repository: Repository, name: str) -> str:
    owner, colon, branch = name.partition(":")
    if not colon:
        sha = resolve(git_dir(call.hub, repository), name)
    else:
        other = repository_by_name(call.hub, owner, repository.name)
        sha = resolve(git_dir(call.hub, other), branch) if may_see(call.hub, call.caller, other) else None
    if sha is None or not has_commit(git_dir(call.hub, repository), sha):
        raise NotFound()
    return sha


def _relation(ahead: bool, behind: bool) -> str:
    if ahead and behind:
        return "diverged"
    return "ahead" if ahead else "behind" if behind else "identical"


def _comparison_addresses(call: Call, repository: Repository, base: str, head: str) -> dict[str, Any]:
    page = f"{html_url(call.hub, repository)}/compare/{base}...{head}"
    url = f"{api_url(call.hub, repository)}/compare/{base}...{head}"
    return {
        "url": url,
        "html_url": page,
        "permalink_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
    }


def _file(call: Call, repository: Repository, entry: Entry, ref: str) -> Answer:
    described = _described(call, repository, entry, ref)
    if entry.mode == SUBMODULE:
        return Answer(described)
    if entry.size > MOST_RAW_BYTES:
        raise Forbidden("This API returns blobs up to 100 MB in size.")
    content = blob(git_dir(call.hub, repository), entry.sha)
    accept = call.headers.get("accept", "")
    if any(accept.startswith(raw) for raw in RAW_TYPES):
        return Answer(content, content_type="application/vnd.github.raw+json; charset=utf-8")
    if entry.mode == SYMLINK:
        return Answer(described | {"target": content.decode(errors="replace")})
    if entry.size > MOST_INLINE_BYTES:
        return Answer(described | {"content": "", "encoding": "none"})
    return Answer(described | {"content": base64.encodebytes(content).decode(), "encoding": "base64"})


def _described(call: Call, repository: Repository, entry: Entry, ref: str) -> dict[str, Any]:
    api, page = api_url(call.hub, repository), html_url(call.hub, repository)
    path, kind = quote(entry.path), "dir" if entry.kind == "tree" else "file"
    url = f"{api}/contents/{path}?ref={quote(ref)}"
    git_url = f"{api}/git/{'trees' if kind == 'dir' else 'blobs'}/{entry.sha}"
    html = f"{page}/{'tree' if kind == 'dir' else 'blob'}/{quote(ref)}/{path}"
    return {
        "type": {SUBMODULE: "submodule", SYMLINK: "symlink"}.get(entry.mode, kind),
        "name": entry.path.rsplit("/", 1)[-1],
        "path": entry.path,
        "sha": entry.sha,
        "size": entry.size,
        "url": url,
        "html_url": html,
        "git_url": git_url,
        "download_url": f"{page}/raw/{quote(ref)}/{path}" if kind == "file" else None,
        "_links": {"self": url, "git": git_url, "html": html},
    }
