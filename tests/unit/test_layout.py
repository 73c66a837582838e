"""The data directory: whose it is, which format it has, where its sockets fit."""

import stat
from pathlib import Path

import pytest

from financebuy.cluster.accounts import current
from financebuy.cluster.errors import ClusterError, NewerDataError, NotADataDirectoryError
from financebuy.cluster.files import make_directory, write_file
from financebuy.cluster.layout import FORMAT, DataDirectory


def test_a_missing_or_empty_directory_holds_no_platform(tmp_path: Path) -> None:
    assert not DataDirectory(tmp_path / "new").inspect()
    assert not DataDirectory(tmp_path).inspect()


def test_a_created_directory_is_ours_and_private(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "data")
    directory.create(current())
    assert directory.inspect()
    for private in (directory.secrets, directory.tls, directory.valkey, directory.run):
        assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_other_files_are_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("three years of work")
    with pytest.raises(NotADataDirectoryError, match="other files"):
        DataDirectory(tmp_path).delete_contents()
    assert (tmp_path / "thesis.txt").exists()


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "VERSION").write_text(f"{FORMAT + 1}\n")
    with pytest.raises(NewerDataError):
        DataDirectory(tmp_path).inspect()


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADataDirectoryError):
        DataDirectory(tmp_path / "file").inspect()


def test_deleting_keeps_only_the_lock(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    directory.create(current())
    directory.lock_file.touch()
    (directory.run / "x.sock").touch()
    directory.delete_contents()
    assert [path.relative_to(tmp_path) for path in sorted(tmp_path.rglob("*"))] == [
        Path("run"),
        Path("run/lock"),
    ]


def test_sockets_move_to_a_short_path_when_theirs_would_not_fit(tmp_path: Path) -> None:
    short, long = DataDirectory(Path("/d")), DataDirectory(tmp_path / ("x" * 100))
    assert short.sockets == short.run
    assert long.sockets != long.run
    for separator in (" ", ",", "@", "?", "%"):
        odd = DataDirectory(Path(f"/d{separator}d"))
        assert odd.sockets != odd.run
    assert len(str(long.sockets / ".s.PGSQL.65535").encode()) <= 107
    # Another platform has another one.
    assert long.sockets != DataDirectory(tmp_path / ("y" * 100)).sockets


def test_a_link_planted_for_the_socket_directory_is_refused(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / ("x" * 100))
    directory.sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(ClusterError):
            directory.create(current())
    finally:
        directory.sockets.unlink()


def test_a_file_is_replaced_and_no_link_followed(tmp_path: Path) -> None:
    victim, link = tmp_path / "victim", tmp_path / "link"
    victim.write_text("untouched")
    link.symlink_to(victim)
    write_file(link, "new", current())
    assert victim.read_text() == "untouched"
    assert not link.is_symlink()
    assert link.read_text() == "new"
    assert stat.S_IMODE(link.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "victim"]


def test_a_linked_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(NotADataDirectoryError):
        make_directory(tmp_path / "link", current())
