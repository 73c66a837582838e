"""Where the audit's heads are kept outside of the database, and whether they still are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from financebuy.doctor.checks import Check, NotEvaluatedError, Row, Severity
from financebuy.doctor.running import running_settings
from financebuy.doctor.subject import Subject
from financebuy.services.audit.outside import Directory
from financebuy.settings import Settings
from financebuy.sql import load

_SEVEN_YEARS_DAYS = 2_557


def _places(settings: Settings) -> list[str]:
    """The places that the settings name; without any, the data directory's own."""
    named = [part.strip() for part in settings.audit_heads.split(",") if part.strip()]
    return named or [str(settings.data_dir / "audit")]


def directories(subject: Subject) -> list[Path]:
    """Those of the places that are directories."""
    places = _places(running_settings(subject))
    return [Path(each) for each in places if not each.startswith("s3://")]


def _lost(subject: Subject) -> Iterator[Row]:
    """Heads that the database knows to be outside, and which are not there any more."""
    stores = {each.name: each for each in map(Directory, directories(subject))}
    copied = _copied(subject)
    looked_at = [each for each in copied if each["store"] in stores]
    if copied and not looked_at:
        places = ", ".join(sorted({each["store"] for each in copied}))
        raise NotEvaluatedError(f"heads are kept in {places}: see financebuy audit verify")
    for each in looked_at:
        newest = stores[each["store"]].newest(each["epoch"])
        there = 0 if newest is None else newest.seal_seq
        if there < each["seal_seq"]:
            yield each | {"found": there}


def _copied(subject: Subject) -> list[dict[str, Any]]:
    if subject.connection is None:
        raise NotEvaluatedError(subject.unreachable)
    return subject.connection.execute(load("doctor").copied_heads.encode()).fetchall()


def _deletable(subject: Subject) -> Iterator[Row]:
    settings = running_settings(subject)
    buckets = [each for each in _places(settings) if each.startswith("s3://")]
    if settings.audit_lock_days < _SEVEN_YEARS_DAYS:
        yield from ({"place": each, "days": settings.audit_lock_days} for each in buckets)


CHECKS: tuple[Check, ...] = (
    Check(
        "service.heads_are_where_they_were_put",
        "Every head that was copied outside of the database is still there.",
        Severity.HIGH, "ours", "financebuy audit verify", _lost,
    ),
    Check(
        "service.heads_cannot_be_deleted",
        "Heads in S3 cannot be deleted for seven years.",
        Severity.MEDIUM, "ours",
        f"financebuy down && FINANCEBUY_AUDIT_LOCK_DAYS={_SEVEN_YEARS_DAYS} financebuy up --detach",
        _deletable,
    ),
)  # fmt: skip
