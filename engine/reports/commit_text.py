"""The comment on a commit whose push failed to deploy, where no pull request tells of it: a view in, a value out."""

from dataclasses import dataclass

from engine.domain.release import DEPLOY_LABELS, Release
from engine.reports.escape import COMMENT_LIMIT, code, cut, link, sentence
from engine.reports.links import Links
from engine.reports.release_view import CommitDeploys
from engine.reports.words import short
from engine.store.repositories import StoredRepository


@dataclass(frozen=True)
class CommitComment:
    """What should be said on a commit."""

    repository: StoredRepository
    sha: str
    #: Hidden first line, by which the comment is found again.
    marker: str
    body: str
    #: The comment of its own that says that it is mended, for where the first can't be edited; empty: it isn't.
    news: str
    news_marker: str


def commit_comment_of(view: CommitDeploys, links: Links) -> CommitComment:
    """The comment that tells of the failure, and of what mended it."""
    named = f"slipway:{view.instance}:commit:{view.environment.id}:{view.sha}"
    marker, news_marker = f"<!-- {named} -->", f"<!-- {named}:mended -->"
    failure = _failure(view, links)
    if view.mended_by is None:
        return CommitComment(view.repository, view.sha, marker, _body(marker, failure), "", news_marker)
    mended = _mended(view, view.mended_by, links)
    folded = f"<details><summary>What failed before</summary>\n\n{failure}\n\n</details>"
    body, news = _body(marker, f"{mended}\n\n{folded}"), _body(news_marker, mended)
    return CommitComment(view.repository, view.sha, marker, body, news, news_marker)


def _body(marker: str, said: str) -> str:
    return cut(f"{marker}\n\n{said}", COMMENT_LIMIT)


def _failure(view: CommitDeploys, links: Links) -> str:
    release, name = view.failure.release, code(view.environment.name)
    lines = [
        f"❌ **{DEPLOY_LABELS[release.state]}:** {_named(release, links)}, the deploy of commit "
        f"{code(short(release.sha))} to {name}."
    ]
    lines.append(f"**Cause:** {sentence(release.cause or release.status_message)}")
    if release.fix:
        lines.append(f"**Fix:** {sentence(release.fix)}")
    if view.environment.release_id not in ("", release.id):
        lines.append(f"What {name} served before, it serves on.")
    return "\n\n".join([*lines, link("Deploy page with the log", links.release(release.id))])


def _mended(view: CommitDeploys, release: Release, links: Links) -> str:
    name = code(view.environment.name)
    if release.sha == view.sha:
        return f"✅ **Deployed after all:** {_named(release, links)} of this commit was deployed to {name}."
    later = f"commit {code(short(release.sha))} was deployed to {name} as {_named(release, links)}"
    return f"✅ **Mended since:** {later}."


def _named(release: Release, links: Links) -> str:
    return link(f"`{release.name}`", links.release(release.id))
