"""What has to run beside the process that answers requests."""

import re
from dataclasses import dataclass

from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository, text_of
from engine.readiness.sources.stack import Stack

LINE = re.compile(r"^(?P<name>[A-Za-z][\w-]*)\s*:\s*(?P<command>\S.*)$")
#: Queues and schedulers whose workers are processes of their own.
PACKAGES = {
    "celery": "Celery", "rq": "RQ", "dramatiq": "Dramatiq", "huey": "Huey", "arq": "arq", "apscheduler": "APScheduler",
    "django-q2": "Django Q", "bull": "Bull", "bullmq": "BullMQ", "bee-queue": "Bee-Queue", "agenda": "Agenda",
    "node-cron": "node-cron", "cron": "cron", "node-schedule": "node-schedule",
}  # fmt: skip


@dataclass(frozen=True)
class Process:
    """One that has to run beside the others."""

    #: With the place that says so.
    sentence: str
    #: True: a line of the Procfile starts it.
    started: bool


def background_processes(facts: Facts, stack: Stack) -> tuple[Process, ...]:
    """What the Procfile starts beside the web; without that, what is required and works outside of requests."""
    text = text_of(application(facts), "Procfile") or ""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = LINE.match(line.strip())
        if words and words["name"] not in ("web", "release"):
            place = f"{in_repository(facts, 'Procfile')}:{number}"
            found.append(Process(f"`{words['name']}` of the Procfile (`{place}`) is a process of its own.", True))
    if found:
        return tuple(found)
    return tuple(
        Process(
            f"{PACKAGES[each.name]} (`{in_repository(facts, each.path)}:{each.line}`) works outside of requests.", False
        )
        for each in stack.required
        if each.name in PACKAGES
    )
