"""When what runs once a night runs."""

from datetime import UTC, datetime, timedelta

from financebuy.worker.jobs import NIGHT_HOUR, is_due, jobs


def test_it_is_due_once_a_night_however_often_it_is_asked() -> None:
    last, runs = None, []
    moment = datetime(2026, 6, 1, tzinfo=UTC)
    while moment < datetime(2026, 6, 4, tzinfo=UTC):
        if is_due(moment, last):
            last = moment.date()
            runs.append(moment)
        moment += timedelta(minutes=10)
    assert runs == [datetime(2026, 6, day, NIGHT_HOUR, tzinfo=UTC) for day in (1, 2, 3)]


def test_a_job_of_the_night_is_asked_within_its_hour() -> None:
    (nightly,) = [job for job in jobs() if job.name == "find card numbers"]
    assert nightly.rest <= 1800
