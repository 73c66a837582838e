"""What the worker makes of an empty database, and leaves alone in a full one."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from financebuy.worker.jobs import jobs
from tests.support.databases import Database, clone
from tests.support.replay import Replay, replay_on

COUNTS = """
    select
        (select count(*) from securities) as securities,
        (select count(*) from assets where kind = 'security') as assets,
        (select count(*) from market_sessions) as sessions,
        (select count(*) from price_bars) as bars,
        (select count(*) from market_control) as controls
"""
JOBS = [job.name for job in jobs()]
WHOLE = {"securities": 503, "assets": 503, "sessions": 7794, "bars": 12154, "controls": 1}


def session(replay: Replay, day: date) -> dict[str, Any]:
    return replay.world.rows("select * from market_sessions where session_date = %s", day)[0]


def test_several_workers_at_once_load_everything_once(database: Database, tmp_path: Path) -> None:
    with replay_on(database, tmp_path / "data") as replay:
        names = [f"worker-{number}" for number in range(3)]
        for name in names:
            replay.start(name)
        seen: set[int] = set()
        replay.until(lambda: seen.update(alive(replay)) or len(seen) == len(names), "all of them")
        assert replay.world.rows(COUNTS) == [WHOLE]
        assert all(replay.stop(name) == 0 for name in names)


def test_few_connections_for_reads_hold_up_no_job_and_no_heartbeat(
    database: Database, tmp_path: Path
) -> None:
    with replay_on(database, tmp_path / "data") as replay:
        replay.start("worker", FINANCEBUY_READ_POOL_SIZE="1")
        replay.until(lambda: locks(replay) == set(JOBS) and alive(replay), "every job, and a beat")
        assert replay.stop("worker") == 0


def alive(replay: Replay) -> list[int]:
    """The worker whose heartbeat is the latest: they take turns in one row."""
    rows = replay.world.rows("select pid from process_heartbeats where process = 'worker'")
    return [row["pid"] for row in rows]


def locks(replay: Replay) -> set[str]:
    """Jobs whose loop somebody runs."""
    query = """
        select j.job
        from unnest(%s::text[]) as j (job)
        where exists (
            select 1 from pg_locks as l
            where l.locktype = 'advisory' and l.granted
                and l.classid::bigint << 32 | l.objid::bigint
                    = hashtextextended('financebuy job ' || j.job, 0)
        )
    """
    return {row["job"] for row in replay.world.rows(query, JOBS)}


def test_the_history_is_whole_and_exact(replay: Replay) -> None:
    assert replay.world.rows(COUNTS) == [WHOLE]
    bar = replay.world.rows(
        "select b.* from price_bars as b where security_id = %s and session_date = %s",
        replay.security("META"),
        date(2012, 5, 18),
    )[0]
    prices = [bar[name] for name in ("open", "high", "low", "close")]
    assert prices == [Decimal(text) for text in ("42.05", "45.0", "38.0", "38.2318")]
    assert (bar["volume"], bar["source"]) == (573576400, "quandl-wiki")
    # Midnight in New York.
    assert bar["starts_at"] == datetime(2012, 5, 18, 4, tzinfo=UTC)
    assert replay.world.value("select count(*) from only price_bars_default") == 0


def test_the_calendar_knows_half_days_closed_days_and_settlement(replay: Replay) -> None:
    after_thanksgiving = session(replay, date(2012, 11, 23))
    assert after_thanksgiving["half_day"]
    assert after_thanksgiving["closes_at"] == datetime(2012, 11, 23, 18, tzinfo=UTC)
    assert session(replay, date(2012, 11, 21))["settles_on"] == date(2012, 11, 23)
    assert session(replay, date(2030, 12, 31))["settles_on"] == date(2031, 1, 2)
    closed = [date(2001, 9, 11), date(2012, 10, 29), date(2012, 12, 25)]
    query = "select count(*) from market_sessions where session_date = any(%s)"
    assert replay.world.value(query, closed) == 0


def test_a_restart_corrects_names_and_keeps_what_an_operator_decided(replay: Replay) -> None:
    world = replay.world
    before = world.rows("select security_id from securities order by exchange, symbol")
    world.admin.execute("update securities set name = 'Appel' where symbol = 'AAPL'")
    world.admin.execute("update securities set tradable = false where symbol = 'IBM'")
    world.admin.execute("update market_control set days_per_minute = 7")
    replay.stop("worker")
    replay.start("worker")
    replay.until(
        lambda: world.value("select name from securities where symbol = 'AAPL'") == "Apple Inc.",
        "the right name",
    )
    assert world.value("select tradable from securities where symbol = 'IBM'") is False
    assert world.value("select days_per_minute from market_control") == 7
    assert world.rows("select security_id from securities order by exchange, symbol") == before
    # It says so once it has written it.
    replay.until(lambda: "instruments new or changed: 1" in replay.log("worker"), "its word of it")


def test_a_killed_workers_jobs_go_to_another(history: Database, tmp_path: Path) -> None:
    with clone(history) as database, replay_on(database, tmp_path / "data") as replay:
        every = set(JOBS)
        replay.start("worker-1")
        replay.until(lambda: locks(replay) == every, "the first one's jobs")
        replay.start("worker-2")
        replay.start("market")
        replay.begin()
        replay.to_evening()
        replay.kill("worker-1")
        replay.to_evening()
        # Each of the other one's loops looks once a second.
        replay.until(lambda: locks(replay) == every, "the second one's jobs")
