"""Somebody's App Home as blocks. Pure: a value comes in, words go out."""

from slack_sdk.models.blocks import Block

from engine.domain.preview import preview_state
from engine.domain.release import Release
from engine.reports import slack_message_release as of_release
from engine.reports.escape import code, link, text
from engine.reports.links import Links
from engine.reports.preview_view import PreviewView
from engine.reports.slack_blocks import DANGER, PRIMARY, Words, button, divider, leading, row, section, small, words_of
from engine.reports.slack_home_view import Home, Project
from engine.reports.words import short, status
from engine.slack import buttons
from engine.slack.buttons import Bound
from engine.slack.mrkdwn import for_slack
from engine.store.slack_channels import WANTS, Subscription

#: Gates that one home offers to open; the rest is in their channels.
GATES = 5
NOBODY = (
    "*Slipway doesn't know you yet.*\nLink your GitHub account, and you can deploy, approve and roll back from here "
    "with the permissions that you have there. The link is yours alone, and is good for ten minutes."
)
NOTHING_RUNS = "Nothing is on its way."
SUBSCRIBE = "No channel hears of your projects. Type `/slipway subscribe owner/repo` in one."


def home_words(home: Home, links: Links, offered: str = "", *, away: bool = False) -> Words:
    """The home; `offered` leads to GitHub's sign-in. `away`: GitHub can't say what this person may read."""
    if home.person is None:
        return words_of("Slipway", [section(NOBODY), *row([leading("Link GitHub", offered, buttons.LINK)])])
    blocks: list[Block] = [section(for_slack(f"You are {code(home.person.login)} at GitHub."))]
    doing = [button("Deploy…", buttons.DEPLOY, Bound(), PRIMARY), button("Set a value…", buttons.SECRET, Bound())]
    blocks += row([*doing, button("Unlink", buttons.UNLINK, Bound())])
    if away:
        told = "GitHub doesn't answer at this moment, so what you may read can't be told. Open this tab again later."
        return words_of("Slipway", [*blocks, divider(), section(told)])
    return words_of("Slipway", [*blocks, *_waits(home, links), *_runs(home, links), *_heard(home)])


def _waits(home: Home, links: Links) -> list[Block]:
    views = [view for project in home.projects for view in project.waits][:GATES]
    if not views:
        return []
    blocks: list[Block] = [divider(), section("*Waits for you*")]
    for view in views:
        blocks.append(section(for_slack(f"{of_release.title_of(view, links)}\n{of_release.origin_of(view)}")))
        blocks += row(
            [
                button("Approve", buttons.APPROVE, _bound(view.release), PRIMARY),
                button("Reject", buttons.REJECT, _bound(view.release), DANGER),
                button("What would ship", buttons.SHIP, _bound(view.release)),
            ]
        )
    return blocks


def _runs(home: Home, links: Links) -> list[Block]:
    lines = [line for project in home.projects for line in _running(project, links)]
    told = section(for_slack("\n".join(lines))) if lines else small(NOTHING_RUNS)
    return [divider(), section("*Runs now*"), told]


def _running(project: Project, links: Links) -> list[str]:
    waits = {view.release.id for view in project.waits}
    deploys = [of_release.title_of(view, links) for view in project.deploys if view.release.id not in waits]
    return [*deploys, *(_build(view, links) for view in project.builds)]


def _build(view: PreviewView, links: Links) -> str:
    newest = view.shown[-1]
    said = status(preview_state(view.preview.life, newest.state), newest.state)
    named = link(newest.version, links.job(newest.id))
    name = f"**{text(view.repository.full_name)}** #{view.preview.number}"
    return f"{name}: {said}, {named} of {code(short(newest.sha))}"


def _heard(home: Home) -> list[Block]:
    lines = [_subscription(project, each) for project in home.projects for each in project.subscriptions]
    told = section("\n".join(lines)) if lines else small(SUBSCRIBE)
    return [divider(), section("*What channels hear of your projects*"), told]


def _subscription(project: Project, each: Subscription) -> str:
    wants = ", ".join(want for want in WANTS if want in each.wants)
    channel = f"<#{each.channel}>" if each.channel.isalnum() and each.channel.isascii() else "a channel"
    return f"{channel}: {for_slack(f'**{text(project.repository.full_name)}**')}, {wants or 'nothing'}"


def _bound(release: Release) -> Bound:
    return Bound(release.id, release.sha)
