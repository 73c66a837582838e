"""One supervisor a data directory."""

import subprocess
import sys
from pathlib import Path

import pytest

from financebuy.cluster.accounts import current
from financebuy.cluster.errors import AlreadyRunningError
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.supervision.lock import locked

HOLDER = """
import sys
from pathlib import Path
from financebuy.cluster.accounts import current
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.supervision.lock import locked

with locked(DataDirectory(Path(sys.argv[1])), current()):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_one_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunningError, match="already runs"), locked(directory, current()):
            pass
        holder.kill()
    with locked(directory, current()):
        pass


def test_children_do_not_inherit_it(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    with locked(directory, current()):
        child = subprocess.Popen(["sleep", "600"], close_fds=False)
    try:
        with locked(directory, current()):
            pass
    finally:
        child.kill()
        child.wait()


def test_a_link_in_its_place_is_refused(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    directory.run.mkdir()
    victim = tmp_path / "victim"
    directory.lock_file.symlink_to(victim)
    with pytest.raises(OSError, match="symbolic link"), locked(directory, current()):
        pass
    assert not victim.exists()
