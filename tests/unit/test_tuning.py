"""PostgreSQL's settings follow from the machine."""

import re

import pytest

from financebuy.cluster.tuning import GB, MB, Machine, postgres_settings

SMALL, LAPTOP, LARGE = Machine(1 * GB, 1), Machine(16 * GB, 8), Machine(512 * GB, 96)


def _kb(settings: dict[str, str], name: str) -> int:
    found = re.fullmatch(r"(\d+)kB", settings[name])
    assert found is not None
    return int(found[1])


def test_a_laptop_gets_an_eighth_of_its_memory_as_buffers() -> None:
    settings = postgres_settings(LAPTOP)
    assert _kb(settings, "shared_buffers") * 1024 == 2 * GB
    assert _kb(settings, "effective_cache_size") * 1024 == 8 * GB


@pytest.mark.parametrize("machine", [SMALL, LAPTOP, LARGE])
def test_sorts_of_every_connection_at_once_fit_into_memory(machine: Machine) -> None:
    settings = postgres_settings(machine, connections=100)
    sorts = 100 * _kb(settings, "work_mem") * 1024
    buffers = _kb(settings, "shared_buffers") * 1024
    workers = int(settings["autovacuum_max_workers"]) * _kb(settings, "autovacuum_work_mem") * 1024
    assert sorts + buffers + workers < machine.memory


@pytest.mark.parametrize("machine", [SMALL, LAPTOP, LARGE])
def test_nothing_that_keeps_acknowledged_commands_is_switched_off(machine: Machine) -> None:
    settings = postgres_settings(machine)
    assert {settings[name] for name in ("fsync", "full_page_writes", "synchronous_commit")} == {
        "on"
    }
    assert settings["max_prepared_transactions"] == "0"


@pytest.mark.parametrize("machine", [SMALL, LAPTOP, LARGE])
def test_the_log_s_files_are_kept_that_are_filled_between_checkpoints(machine: Machine) -> None:
    """To make one takes tens of milliseconds, in which nobody's command is committed."""
    least, most = (
        int(postgres_settings(machine)[name].removesuffix("MB"))
        for name in ("min_wal_size", "max_wal_size")
    )
    # A checkpoint begins before the most is there: it is spread over nine tenths of a period.
    assert least == pytest.approx(most / 1.9, abs=1)
    assert 2 * GB <= most * MB <= 8 * GB


def test_limits_hold_at_both_ends() -> None:
    assert _kb(postgres_settings(Machine(128 * MB, 1)), "shared_buffers") * 1024 == 64 * MB
    assert _kb(postgres_settings(LARGE), "shared_buffers") * 1024 == 8 * GB


def test_workers_follow_the_cores() -> None:
    assert postgres_settings(SMALL)["max_parallel_workers_per_gather"] == "0"
    assert postgres_settings(LAPTOP)["max_parallel_workers"] == "8"
    assert int(postgres_settings(LARGE)["max_worker_processes"]) >= 96


def test_this_machine_can_be_read() -> None:
    machine = Machine.read()
    assert machine.memory > 64 * MB
    assert machine.cores >= 1
