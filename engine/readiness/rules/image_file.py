"""The Dockerfile makes the same image again, and one that runs."""

import fnmatch
import posixpath
import re
from collections.abc import Iterator

from engine.detect.tree import FileTree
from engine.readiness.facts import Facts
from engine.readiness.finding import Severity
from engine.readiness.rule import Example, Hit, NotApplicable, Rule, Verdict, broken_by
from engine.readiness.sources.application import application, in_repository, text_of
from engine.readiness.sources.dockerfile import Instruction, command, instructions, last_stage

#: Images that start an interpreter or a shell when nothing else is said.
BARE = re.compile(r"(?:docker\.io/)?(?:library/)?(?:python|node|ubuntu|debian|alpine|bun|oven/bun)(?::|@|$)")
#: Files that no build makes: a COPY of one that isn't there can't succeed.
REQUIRED = re.compile(
    r"(^|/)(requirements[\w.-]*\.txt|package(-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|Pipfile(\.lock)?|poetry\.lock"
    r"|uv\.lock|pyproject\.toml)$"
)
SECRET = re.compile(
    r"\b(?P<name>\w*(?:SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|PRIVATE_KEY)\w*)[=\s]+(?P<value>\S+)", re.IGNORECASE
)
#: Values that aren't secrets: variables, file names, numbers, words that ask for one.
NO_SECRET = re.compile(
    r"[\"']?(\$|/|change|your|dummy|none|null|test|build|<|xxx|placeholder|true|false|\d+[\"']?$|[\"']?$)",
    re.IGNORECASE,
)
WHOLE = re.compile(r"^(?:--(?!from)\S+\s+)*\.\/?\s+\S+$")


def check(facts: Facts) -> Verdict:
    """The Dockerfile of the application's folder."""
    tree = application(facts)
    text = text_of(tree, "Dockerfile")
    if text is None:
        return NotApplicable()
    found = instructions(text)
    if not any(each.name == "FROM" for each in found):
        return NotApplicable()
    path = in_repository(facts, "Dockerfile")
    hits = [
        *_bases(found, path),
        # A compose file may say the command, or build from another folder.
        *(() if _composed(facts) else (*_command(found, path), *_copies(facts, found, path))),
        *_secrets(found, path),
        *_whole_folder(tree, found, path),
    ]
    return broken_by(hits)


def _bases(found: tuple[Instruction, ...], path: str) -> Iterator[Hit]:
    stages = {each.named for each in found if each.name == "FROM"}
    for each in found:
        image = each.image
        if each.name != "FROM" or image.lower() in stages or image == "scratch" or "$" in image or "@sha256" in image:
            continue
        tag = image.rsplit("/", 1)[-1].partition(":")[2]
        if tag in ("", "latest"):
            message = f"It is built on {image} without a version: another one tomorrow."
            yield Hit(message, path, each.line, key=f"FROM {image}")


def _command(found: tuple[Instruction, ...], path: str) -> Iterator[Hit]:
    last = last_stage(found)
    base = next((each for each in last if each.name == "FROM"), None)
    if base is not None and not command(found)[0] and BARE.match(base.image):
        message = "The image has neither CMD nor ENTRYPOINT: it ends as soon as it is started."
        yield Hit(message, path, last[0].line, key="no command")


def _copies(facts: Facts, found: tuple[Instruction, ...], path: str) -> Iterator[Hit]:
    # An image of a part of the repository may be built from all of it.
    names = {*application(facts).paths(), *facts.tree.paths()}
    for each in found:
        if each.name not in ("COPY", "ADD") or "--from" in each.value or "<<" in each.value:
            continue
        words = [word for word in (each.words or tuple(each.value.split())) if not word.startswith("--")]
        for word in words[:-1]:
            source = posixpath.normpath(word.lstrip("/"))
            if not REQUIRED.search(source) or "$" in source or source in names or fnmatch.filter(names, source):
                continue
            message = f"It copies {word}, which isn't in the repository: the build of the image stops here."
            yield Hit(message, path, each.line, f"COPY {word}", Severity.BLOCKING)


def _composed(facts: Facts) -> bool:
    return any("compose" in posixpath.basename(name) for name in facts.tree.paths())


def _secrets(found: tuple[Instruction, ...], path: str) -> Iterator[Hit]:
    for each in found:
        secret = SECRET.search(each.value) if each.name in ("ENV", "ARG") else None
        if secret and not NO_SECRET.match(secret["value"]) and not secret["name"].upper().endswith(("_FILE", "_NAME")):
            message = f"{secret['name']} gets its value here: whoever has the image has it."
            yield Hit(message, path, each.line, f"{each.name} {secret['name']}")


def _whole_folder(tree: FileTree, found: tuple[Instruction, ...], path: str) -> Iterator[Hit]:
    ignored = tree.read(".dockerignore") is not None or tree.read("Dockerfile.dockerignore") is not None
    whole = next((each for each in found if each.name in ("COPY", "ADD") and WHOLE.match(each.value)), None)
    if whole is not None and not ignored:
        message = "It copies the whole folder and there is no .dockerignore: what isn't committed comes along."
        yield Hit(message, path, whole.line, "no .dockerignore", Severity.NOTE)


RULE = Rule(
    id="image-file",
    title="The Dockerfile makes an image that runs",
    severity=Severity.WARNING,
    why="An image on a moving base breaks without a commit; one without a command, or with a missing file, never runs.",
    fix="Write `FROM python:3.13-slim`, end with `CMD [...]`, copy what is there, and give secrets when it is started.",
    link="https://docs.docker.com/build/building/best-practices/",
    check=check,
    good=Example({"Dockerfile": 'FROM python:3.13-slim\nCOPY app.py .\nCMD ["python", "app.py"]\n', "app.py": ""}),
    bad=Example({"Dockerfile": 'FROM python\nCOPY app.py .\nCMD ["python", "app.py"]\n', "app.py": ""}),
    details=(
        "Looked at: the `Dockerfile` of the application's folder. Bases without a tag or with `latest`; a last stage "
        "on a bare language or system image without CMD and ENTRYPOINT; files with requirements that are copied "
        "and aren't there (blocks); both only where no compose file may say otherwise; values of secrets in ENV "
        "and ARG; `COPY . .` without a `.dockerignore` (a note). The image isn't built."
    ),
)
