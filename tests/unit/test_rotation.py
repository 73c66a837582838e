"""Log rotation: bounded, newest first, and whoever appends keeps appending."""

import os
from pathlib import Path

from financebuy.cluster.files import open_log
from financebuy.cluster.supervision.rotation import rotate


def test_a_small_log_stays(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    log.write_text("short")
    assert not rotate(log, max_bytes=5)
    assert not rotate(tmp_path / "missing.log")


def test_an_open_writer_goes_on_in_the_emptied_log(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    writer = open_log(log)
    try:
        os.write(writer, b"old line\n")
        assert rotate(log, max_bytes=1)
        os.write(writer, b"new line\n")
    finally:
        os.close(writer)
    assert log.read_text() == "new line\n"
    assert (tmp_path / "x.log.1").read_text() == "old line\n"


def test_only_so_many_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    for number in range(6):
        log.write_text(f"{number}\n")
        rotate(log, max_bytes=1, keep=3)
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {"x.log": "", "x.log.1": "5\n", "x.log.2": "4\n", "x.log.3": "3\n"}
