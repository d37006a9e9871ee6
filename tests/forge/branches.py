"""Branches with pull requests at the playground, made without a working copy."""

from dataclasses import dataclass

from tests.forge.at_playground import AtPlayground

NOTES = "one\ntwo\nthree\n"


@dataclass(frozen=True)
class Branch:
    """A branch of one commit that adds `notes.txt`, and its pull request."""

    github: AtPlayground
    full_name: str
    name: str
    head: str
    number: int

    def push(self, message: str) -> str:
        """One commit more, by writer."""
        path = f"/repos/{self.full_name}/git"
        head = self.github.call("writer", "GET", f"{path}/ref/heads/{self.name}")["object"]["sha"]
        sha = commit(self.github, self.full_name, head, {"later.txt": message}, message)
        self.github.call("writer", "PATCH", f"{path}/refs/heads/{self.name}", {"sha": sha})
        return sha

    def protect(self) -> None:
        """Changes come by pull requests alone."""
        wanted = {"required_pull_request_reviews": {}, "enforce_admins": True}
        nothing = {"required_status_checks": None, "restrictions": None}
        path = f"/repos/{self.full_name}/branches/{self.name}/protection"
        self.github.call("admin", "PUT", path, wanted | nothing)


def a_branch(github: AtPlayground, full_name: str, name: str) -> Branch:
    """A new one on top of main."""
    path = f"/repos/{full_name}"
    main = github.call("writer", "GET", f"{path}/git/ref/heads/main")["object"]["sha"]
    head = commit(github, full_name, main, {"notes.txt": NOTES}, "Take notes")
    github.call("writer", "POST", f"{path}/git/refs", {"ref": f"refs/heads/{name}", "sha": head})
    opened = github.call("writer", "POST", f"{path}/pulls", {"title": name, "head": name, "base": "main"})
    return Branch(github, full_name, name, head, int(opened["number"]))


def commit(github: AtPlayground, full_name: str, parent: str, files: dict[str, str], message: str) -> str:
    """A commit of writer's that no branch has yet."""
    path = f"/repos/{full_name}/git"
    tree = github.call("writer", "GET", f"{path}/commits/{parent}")["tree"]["sha"]
    entries = [{"path": name, "mode": "100644", "type": "blob", "content": text} for name, text in files.items()]
    made = github.call("writer", "POST", f"{path}/trees", {"base_tree": tree, "tree": entries})
    wanted = {"message": message, "tree": made["sha"], "parents": [parent]}
    return str(github.call("writer", "POST", f"{path}/commits", wanted)["sha"])
