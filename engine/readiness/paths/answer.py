"""How a platform's answer is put together: the verdict follows from what stands in the way."""

from dataclasses import dataclass

from engine.readiness.finding import Finding
from engine.readiness.inspected import DeployPath, Fits, Limit, PathFile
from engine.readiness.paths.application_needs import Needs

#: The day on which the platforms' documentation was read; every limit names its page.
READ = "2026-11-21"
#: Why none of them takes it.
UNKNOWN = (
    "Nothing that could be started or served was recognised; if it lies in a folder, write that into `root` of "
    "slipway.yml."
)


@dataclass(frozen=True)
class Answer:
    """What a platform says of one application."""

    #: What has to be changed first, one sentence each.
    missing: tuple[str, ...] = ()
    #: What to do, in order; Markdown.
    steps: tuple[str, ...] = ()
    files: tuple[PathFile, ...] = ()
    price: str = ""
    limits: tuple[Limit, ...] = ()
    #: Why it can't be had there at all; empty: it can.
    never: str = ""


def limit(text: str, source: str) -> Limit:
    """A fact of that page as it was on that day."""
    return Limit(text, source, READ)


def deploy_path(name: str, title: str, answer: Answer) -> DeployPath:
    """The answer with its verdict."""
    verdict, sentence = _verdict(title, answer)
    return DeployPath(
        name=name,
        title=title,
        verdict=verdict,
        sentence=sentence,
        missing=(answer.never,) if answer.never else answer.missing,
        steps=() if answer.never else answer.steps,
        files=() if answer.never else answer.files,
        price=answer.price,
        limits=answer.limits,
    )


def environment_step(needs: Needs, how: str) -> tuple[str, ...]:
    """The step that sets the variables which the code doesn't do without; none when there are none."""
    if not needs.variables:
        return ()
    names = ", ".join(f"`{name}`" for name in needs.variables[:12])
    more = len(needs.variables) - 12
    return (f"{how}: {names}{f' and {more} more' if more > 0 else ''}.",)


def moved_databases(needs: Needs, instead: str) -> tuple[str, ...]:
    """One sentence for data in files and one for databases on the same machine; none when there is neither."""
    near = "take its address from a variable and use a hosted one."
    return (
        *(f"The database is a file{_place(each)}: {instead}" for each in needs.file_databases[:1]),
        *(f"The database is looked for on localhost{_place(each)}: {near}" for each in needs.near_databases[:1]),
    )


def _place(finding: Finding) -> str:
    if not finding.path:
        return ""
    return f" (`{finding.path}:{finding.line}`)" if finding.line else f" (`{finding.path}`)"


def _verdict(title: str, answer: Answer) -> tuple[Fits, str]:
    if answer.never:
        return Fits.DOES_NOT, f"It doesn't fit {title}: {answer.never[0].lower()}{answer.never[1:]}"
    if not answer.missing:
        return Fits.FITS, f"It fits {title} as it is."
    many = len(answer.missing)
    return Fits.FITS_AFTER, f"It fits {title} after {'one change' if many == 1 else f'{many} changes'}."
