"""PostgreSQL's settings, computed from the machine. Pure, but for `Machine.read`."""

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

KB, MB, GB = 1024, 1024**2, 1024**3

_CGROUP = Path("/sys/fs/cgroup")
_NO_LIMIT = 1 << 62


@dataclass(frozen=True, slots=True)
class Machine:
    """What the platform may use: memory in bytes and processor cores."""

    memory: int
    cores: int

    @classmethod
    def read(cls) -> "Machine":
        """This machine, or the part of it that the container's limits leave."""
        memory = min(psutil.virtual_memory().total, _cgroup_memory())
        return cls(memory, min(_allowed_cores(), _cgroup_cores()))


def _allowed_cores() -> int:
    # Linux alone has it.
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


def _cgroup_memory() -> int:
    limit = _cgroup("memory.max")[0]
    return int(limit) if limit.isdigit() else _NO_LIMIT


def _cgroup_cores() -> int:
    quota, *period = _cgroup("cpu.max")
    if not quota.isdigit() or not period:
        return _NO_LIMIT
    return max(1, int(quota) // int(period[0]))


def _cgroup(name: str) -> list[str]:
    try:
        return (_CGROUP / name).read_text().split()
    except OSError:
        return ["max"]


def postgres_settings(machine: Machine, connections: int = 100) -> dict[str, str]:
    """The settings of a PostgreSQL that shares `machine` with the rest of the platform.

    A dedicated server would take a quarter of the memory for `shared_buffers`; this one stands
    beside the API, the market, the cache and the user's own programs, so it takes an eighth.
    """
    return {
        **_memory(machine, connections),
        **_parallelism(machine),
        **_log_files(machine),
        **_DURABILITY,
        **_LOGGING,
        **_SAFETY,
        "max_connections": str(connections),
    }


def _memory(machine: Machine, connections: int) -> dict[str, str]:
    return {
        "shared_buffers": _size(machine.memory // 8, 64 * MB, 8 * GB),
        "effective_cache_size": _size(machine.memory // 2, 128 * MB, 1024 * GB),
        # Were every connection to sort at once, an eighth of the memory would do.
        "work_mem": _size(machine.memory // 8 // connections, 4 * MB, 64 * MB),
        "maintenance_work_mem": _size(machine.memory // 32, 32 * MB, GB),
        "autovacuum_work_mem": _size(machine.memory // 64, 16 * MB, 512 * MB),
        "wal_buffers": "16MB",
        "huge_pages": "try",
    }


def _size(value: int, low: int, high: int) -> str:
    return f"{min(max(value, low), high) // KB}kB"


def _log_files(machine: Machine) -> dict[str, str]:
    """How much of the log lies between two checkpoints.

    The first change of a page after a checkpoint writes the whole page. Keys are random, so at ten
    million of them each command meets another page of their index: with 2 GB that is every command.
    A recovery reads as much log as this at most.
    """
    most = min(max(machine.memory // 4, 2 * GB), 8 * GB)
    return {
        "max_wal_size": f"{most // MB}MB",
        # What a checkpoint leaves is used again. Whoever needs a file more has to write and sync
        # 16 MB of zeros first, 30 ms in which nobody can commit; so as many stay as are filled
        # until the next one begins, which is before the most is there: it takes 0.9 of a period.
        "min_wal_size": f"{most * 10 // 19 // MB}MB",
    }


def _parallelism(machine: Machine) -> dict[str, str]:
    return {
        "max_worker_processes": str(max(8, machine.cores + 4)),
        "max_parallel_workers": str(machine.cores),
        "max_parallel_workers_per_gather": str(min(4, machine.cores // 2)),
        "max_parallel_maintenance_workers": str(min(4, max(1, machine.cores // 2))),
        "autovacuum_max_workers": str(min(6, max(3, machine.cores // 2))),
    }


_DURABILITY = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "wal_level": "replica",
    "wal_compression": "lz4",
    "checkpoint_timeout": "15min",
    "max_wal_senders": "10",
    "max_replication_slots": "10",
    # A forgotten slot may not fill the disk.
    "max_slot_wal_keep_size": "4GB",
    # A forgotten prepared transaction would block vacuum for ever.
    "max_prepared_transactions": "0",
    "random_page_cost": "1.1",
    "autovacuum_vacuum_scale_factor": "0.05",
    "autovacuum_analyze_scale_factor": "0.02",
    # A visit to a table that is written all the time counts its rows anew, and every session plans
    # anew what reads it: four times a minute that was a fifth of a core and the slowest batches.
    "autovacuum_naptime": "1min",
}

_LOGGING = {
    "log_destination": "stderr",
    # As `failed_logins` reads it.
    "log_line_prefix": "%m [%p] %e %q%u@%d %h %a ",
    # Failed sign-ins are found by words of the log, whatever language this machine speaks.
    "lc_messages": "C",
    "log_timezone": "UTC",
    # Who was there, from where and how long; who copied the database; who changed which object.
    "log_connections": "on",
    "log_disconnections": "on",
    "log_replication_commands": "on",
    "log_statement": "ddl",
    "log_checkpoints": "on",
    "log_lock_waits": "on",
    "log_autovacuum_min_duration": "10s",
    "log_temp_files": "10MB",
    "log_min_duration_statement": "1s",
    # Parameters hold personal data and money; statements hold neither.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "track_io_timing": "on",
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.max": "5000",
    # Their text is kept as it came, and some of it sets passwords.
    "pg_stat_statements.track_utility": "off",
}

_SAFETY = {
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "password_encryption": "scram-sha-256",
    "ssl_min_protocol_version": "TLSv1.3",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "client_connection_check_interval": "10s",
    "restart_after_crash": "on",
}
