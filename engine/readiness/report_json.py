"""The report as JSON, in one form only: the same facts on the same day are the same bytes."""

import json
from dataclasses import asdict

from engine.readiness.finding import Finding, Severity
from engine.readiness.inspected import Inspected
from engine.readiness.report import Report, RuleWords, Told, rule_words
from engine.readiness.trend import Trend
from engine.readiness.waiver import Waiver
from engine.reports.words import iso

#: Raised when a key changes its meaning or goes.
VERSION = 1


def report_json(report: Report) -> bytes:
    """One line of ASCII with sorted keys, and a line end."""
    said = json.dumps(report_value(report), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return f"{said}\n".encode("ascii")


def report_value(report: Report) -> dict[str, object]:
    """The same as plain values."""
    about, seen = report.about, report.seen
    return {
        "version": VERSION,
        "light": report.light,
        "repository": about.repository,
        "pull_request": about.number or None,
        "sha": about.sha or None,
        "state": about.state or None,
        "message": about.message,
        "looked_at": _moment(about.looked_at),
        "counts": {
            **{severity.value: len(report.of(severity)) for severity in Severity},
            "waived": len(report.waived),
            "passed": len(report.passed),
            "not_looked": len(report.unseen),
        },
        "application": _application(seen),
        "findings": [_told(each) for each in report.findings],
        "passed": [{"rule": each.id, "title": each.title} for each in report.passed],
        "not_looked": [
            {"rule": each.rule, "title": rule_words(each.rule).title, "why": each.why} for each in report.unseen
        ],
        "trend": _trend(report.trend),
        "waivers": {
            "ended": [_waiver(each) for each in report.ended],
            "unknown": [_waiver(each) for each in report.unknown],
        },
        "paths": [asdict(each) for each in report.paths],
        "fixes": [asdict(each) for each in report.fixes],
        "scan": asdict(seen.scan) if seen is not None and seen.scan is not None else None,
        "build": asdict(seen.build) if seen is not None and seen.build is not None else None,
        "trial": asdict(seen.trial) if seen is not None else None,
    }


def _application(seen: Inspected | None) -> dict[str, object] | None:
    if seen is None:
        return None
    return {
        "runtime": seen.runtime,
        "framework": seen.framework,
        "evidence": list(seen.evidence),
        "undetected": seen.undetected,
    }


def _told(told: Told) -> dict[str, object]:
    return {
        **_finding(told.finding, told.rule),
        "severity": told.weight,
        "before": told.before,
        "new": told.new,
        "waived": _waiver(told.waived) if told.waived is not None else None,
        "why": told.rule.why,
        "how": told.rule.fix,
        "link": told.rule.link,
        "button": told.finding.fix or None,
    }


def _finding(finding: Finding, rule: RuleWords) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "title": rule.title,
        "severity": finding.severity,
        "message": finding.message,
        "path": finding.path or None,
        "line": finding.line or None,
        "key": finding.key,
    }


def _trend(trend: Trend | None) -> dict[str, object] | None:
    if trend is None:
        return None
    return {
        "base_sha": trend.base_sha,
        "added": [_finding(each, rule_words(each.rule)) for each in trend.added],
        "mended": [_finding(each, rule_words(each.rule)) for each in trend.mended],
        "same": trend.same,
    }


def _waiver(waiver: Waiver) -> dict[str, object]:
    return {**asdict(waiver), "until": waiver.until.isoformat()}


def _moment(seconds: float | None) -> str | None:
    return None if seconds is None else iso(seconds)
