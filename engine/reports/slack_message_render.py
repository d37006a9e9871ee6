"""From a subject of the outbox to the message that should stand in Slack, or why there is none now. Pure reads."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from sqlalchemy import Connection

from engine.readiness.waiving import day_of
from engine.reports import slack_thread
from engine.reports.links import Links
from engine.reports.port import Subject
from engine.reports.slack_audience import APPROVALS, DEPLOYS, FAILURES, PREVIEWS, listener_at, listeners
from engine.reports.slack_blocks import Words
from engine.reports.slack_message_preview import preview_root
from engine.reports.slack_message_readiness import InspectionScene, inspection_root
from engine.reports.slack_message_release import release_root
from engine.reports.slack_message_view import PreviewScene, ReleaseScene, Scene, Threaded, scene_of
from engine.reports.slack_subjects import APPROVAL, DETAILS, FAILURE, ROOT, Place, place_of
from engine.slack.quiet import quiet_until
from engine.store import slack_channels, slack_messages

#: Who is told of what in a thread: those who hear of all of it, and those who hear of that alone. Its steps are there
#: for everybody.
HEARD = {FAILURE: (DEPLOYS, PREVIEWS, FAILURES), APPROVAL: (DEPLOYS, APPROVALS)}
#: Quiet hours are looked at again at least so often, in seconds: somebody may have ended them.
LOOK = 600.0
#: Seconds after its end for which something is news: later, what isn't there yet is never said.
NEWS = 7 * 86_400.0
#: Seconds until a part of a thread is looked at again whose root isn't there yet.
ROOTLESS = 1.0


@dataclass(frozen=True)
class Wait:
    """Nothing can be posted yet."""

    seconds: float
    why: str


@dataclass(frozen=True)
class Never:
    """It is not to be said there at all, unless it was."""


Held = Wait | Never | None


@dataclass(frozen=True)
class Message:
    """A message as it should stand in Slack."""

    place: Place
    words: Words
    #: What it is known by there; empty: it was never posted, as far as SQL knows.
    ts: str
    #: The root of the thread that it belongs in; empty: it is one.
    thread: str
    #: True: the channel sees it too, not the thread alone.
    broadcast: bool
    #: Unix seconds: before that it can't have been posted.
    since: float
    #: Why it isn't to be posted now, if it isn't there already; None: it is to be posted.
    held: Held = None
    #: What should stand in its thread.
    parts: tuple[str, ...] = ()


class RendersMessages:
    """Renders `slack:<repository>:<workspace>:<channel>:<release, preview or inspection>:<part>`."""

    def __init__(self, links: Links, wall: Callable[[], float] = time.time) -> None:
        self.links = links
        #: Tells Unix seconds.
        self.wall = wall

    def render(self, connection: Connection, subject: Subject) -> Message | Wait | None:
        """The message as it should be now."""
        place = place_of(subject.key)
        if slack_channels.channel_of(connection, place.workspace_id, place.channel).trouble:
            return None
        scene = scene_of(connection, place, day_of(self.wall()))
        if scene is None:
            return None
        message = self._root(connection, scene) if place.part == ROOT else self._part(connection, scene)
        # What may have been posted already has to be looked for, and edited if it is there.
        if not isinstance(message, Message) or message.held is None or subject.uncertain:
            return message
        return message.held if isinstance(message.held, Wait) else None

    def _root(self, connection: Connection, scene: Scene) -> Message:
        known = slack_messages.by_subject(connection, scene.place.key)
        held = self._held(connection, scene, scene.news) if known is None else None
        ts = known.ts if known is not None else ""
        return Message(scene.place, self._root_words(scene), ts, "", False, scene.born, held, scene.parts)

    def _root_words(self, scene: Scene) -> Words:
        match scene:
            case ReleaseScene():
                return release_root(scene, self.links)
            case PreviewScene():
                return preview_root(scene, self.links)
            case InspectionScene():
                return inspection_root(scene, self.links)
            case _:
                assert_never(scene)

    def _part(self, connection: Connection, scene: Scene) -> Message | Wait | None:
        place, kind = scene.place, scene.place.part.partition(".")[0]
        above = slack_messages.by_subject(connection, replace(place, part=ROOT).key)
        known = slack_messages.by_subject(connection, place.key)
        # A failure is said once, and stands.
        if (
            isinstance(scene, InspectionScene)
            or place.part not in scene.parts
            or (kind == FAILURE and known is not None)
        ):
            return None
        if above is None:
            return Wait(ROOTLESS, "Its message in the channel isn't there yet")
        held = self._held(connection, scene, HEARD.get(kind, ())) if known is None else None
        if known is None and kind == APPROVAL and not (isinstance(scene, ReleaseScene) and scene.waits_for_approval):
            held = Never()
        # A channel that was told of nothing but the failure sees it in the message itself.
        broadcast = kind == FAILURE and above.posted_at < scene.at
        ts = known.ts if known is not None else ""
        return Message(place, self._words(scene, kind), ts, above.ts, broadcast, scene.born, held)

    def _words(self, scene: Threaded, kind: str) -> Words:
        if kind == FAILURE:
            return slack_thread.failure(scene, self.links)
        if kind == APPROVAL and isinstance(scene, ReleaseScene):
            return slack_thread.approval(scene)
        assert kind == DETAILS, kind
        return slack_thread.details(scene, self.links)

    def _held(self, connection: Connection, scene: Scene, news: tuple[str, ...]) -> Held:
        """What keeps something new from being said in the channel; None: nothing does."""
        place = scene.place
        found = listeners(connection, place.repository_id, place.about)
        heard = listener_at(found, place.workspace_id, place.channel)
        if heard is None or not (heard.hears(*news) or place.part == DETAILS):
            return Never()
        if place.part == ROOT and scene.over and scene.at < heard.since:
            return Never()
        if scene.over and scene.ended < self.wall() - NEWS:
            return Never()
        return None if heard.asked else self._quiet(connection, scene)

    def _quiet(self, connection: Connection, scene: Scene) -> Held:
        """What quiet hours hold back until they end; what went well meanwhile is never said."""
        hours = slack_channels.channel_of(connection, scene.place.workspace_id, scene.place.channel).quiet
        if not hours:
            return None
        now = self.wall()
        until = quiet_until(hours, now)
        if until > now:
            return Wait(min(LOOK, max(1.0, until - now)), f"It is quiet there: {hours}")
        went_well = scene.over and not scene.failing
        return Never() if went_well and quiet_until(hours, scene.at) else None
