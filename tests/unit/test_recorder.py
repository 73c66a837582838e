"""The recorder answers for what is on disk, and for nothing else."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from financebuy.drills.journal import (
    Command,
    Failed,
    Kind,
    RecorderGoneError,
    Sent,
    Witness,
    encode,
    read,
)

LINE = Failed(1.0, "k", "gone")


@contextmanager
def recorder(
    path: Path, clients: int
) -> Iterator[tuple["subprocess.Popen[bytes]", list[socket.socket]]]:
    pairs = [socket.socketpair() for _ in range(clients)]
    theirs = [other.fileno() for _, other in pairs]
    argv = [sys.executable, "-m", "financebuy.drills.recorder", str(path), *map(str, theirs)]
    process = subprocess.Popen(argv, pass_fds=theirs)
    for _, other in pairs:
        other.close()
    try:
        yield process, [mine for mine, _ in pairs]
    finally:
        for mine, _ in pairs:
            mine.close()
        process.kill()
        process.wait()


def test_what_was_acknowledged_survives_the_recorder(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    sent = Sent(1.0, Command("k", Kind.ORDER, "a", {"qty": "1"}))
    with recorder(path, 1) as (process, (mine,)):
        witness = Witness(mine)
        witness.keep(sent)
        witness.keep(LINE)
        process.kill()
        process.wait()
        assert list(read(path)) == [sent, LINE]
        with pytest.raises(RecorderGoneError):
            witness.keep(LINE)


def test_half_a_line_is_not_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    line = encode(LINE)
    with recorder(path, 1) as (_, (mine,)):
        mine.settimeout(0.3)
        mine.sendall(line[:5])
        with pytest.raises(TimeoutError):
            mine.recv(1)
        mine.sendall(line[5:])
        assert mine.recv(1) == b"."
    assert list(read(path)) == [LINE]


def test_many_clients_share_a_journal_of_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "journal"

    def write(number: int, mine: socket.socket) -> None:
        witness = Witness(mine)
        for count in range(50):
            witness.keep(Failed(float(count), f"client-{number}", "x" * 500))

    with recorder(path, 8) as (process, clients), ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8), clients))
        for mine in clients:
            mine.close()
        assert process.wait(10) == 0
    kept = [(line.key, line.at) for line in read(path) if isinstance(line, Failed)]
    assert sorted(kept) == sorted(
        (f"client-{number}", float(count)) for number in range(8) for count in range(50)
    )


def test_a_line_cut_off_by_a_crash_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(encode(LINE) + encode(LINE)[:7])
    assert list(read(path)) == [LINE]
