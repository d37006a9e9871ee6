"""Deployments and environments in lines for a terminal, without the control characters that people wrote."""

from collections.abc import Mapping
from typing import Any

from engine.store.log_text import cleaned

MARKS = {"DEPLOYED": "✓", "FAILED": "✗", "SECURITY_FAILED": "✗", "ROLLED_BACK": "↩", "CANCELLED": "■"}


def deployment_line(deployment: Mapping[str, Any]) -> str:
    """One deployment."""
    mark = MARKS.get(deployment["state"], "…")
    words = f"{mark} {deployment['name']} {deployment['sha'][:7]} {deployment['label']}"
    who = f" by {deployment['requested_by']}" if deployment["requested_by"] else ""
    return cleaned(f"{words}: {deployment['status_message']} ({deployment['id']}{who})")


def outcome_lines(answer: Mapping[str, Any]) -> list[str]:
    """What an ask about a deployment came to."""
    lines = [cleaned(line) for line in str(answer.get("message") or "").splitlines()]
    if "id" not in answer:
        return lines
    waits = [cleaned(f"  waits: {each['message']} {each['opener']}") for each in answer.get("waits", [])]
    return [*lines, deployment_line(answer), *waits, f"  {answer['page_url']}"]


def command_lines(answer: Mapping[str, Any]) -> list[str]:
    """How a command went."""
    if answer["deployment"] is not None:
        return outcome_lines(answer["deployment"])
    lines = [cleaned(line) for line in str(answer["message"]).splitlines()]
    build, look = answer["build"], answer.get("readiness")
    if look:
        return [*lines, f"  {look['page_url']}"]
    if build is None:
        return lines
    told = cleaned(f"{build['version']} {build['sha'][:7]} {build['state']} ({build['id']})")
    return [*lines, told, f"  {build['page_url']}"]


def end_lines(deployment: Mapping[str, Any]) -> list[str]:
    """How a deployment ended."""
    cause = deployment.get("cause")
    told = [cleaned(f"  {cause['message']} {cause['fix']}".rstrip())] if cause else []
    where = [f"  {deployment['url']}"] if deployment["serving"] else []
    return [deployment_line(deployment), *told, *where]


def environment_lines(environment: Mapping[str, Any]) -> list[str]:
    """An environment: what serves, what comes, what stands before it."""
    retired = " (no longer in slipway.yml)" if environment["retired"] else ""
    lines = [f"{environment['name']}{retired}  {environment['url']}"]
    serving = environment["serving"]
    lines.append(f"  {deployment_line(serving)}" if serving else "  nothing is deployed")
    ended = [environment["ended"]] if environment["ended"] else []
    lines += [f"  {deployment_line(each)}" for each in (*ended, *environment["coming"])]
    lock, hold = environment["lock"], environment["hold"]
    if lock:
        lines.append(
            cleaned(f"  locked by {lock['holder']} since {lock['since']}: {lock['reason'] or 'no reason given'}")
        )
    lines += [cleaned(f"  {each['place']}. in line: {each['holder']}") for each in environment["queue"]]
    if hold:
        lines.append(cleaned(f"  {hold['reason']}"))
    return lines


def variable_line(variable: Mapping[str, Any]) -> str:
    """One variable; a secret's value is shown by nobody."""
    value = "(secret)" if variable["value"] is None else variable["value"]
    guard = " (guarded)" if variable["guard"] else ""
    return cleaned(f"{variable['key']}={value}{guard}  set by {variable['set_by']}, {variable['set_at']}")
