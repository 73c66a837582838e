"""`financebuy up --fresh`: deleting a platform, after saying what goes."""

from collections.abc import Callable
from pathlib import Path

from financebuy.cluster.errors import ClusterError
from financebuy.cluster.layout import DataDirectory
from financebuy.cluster.secret_files import SecretFiles
from financebuy.cluster.supervision import orphans
from financebuy.settings import Settings


def delete_after_asking(
    directory: DataDirectory, settings: Settings, ask: Callable[[str], bool]
) -> None:
    """Delete the platform in `directory` once the user agrees; a new directory asks nothing."""
    if not directory.inspect():
        return
    secrets = SecretFiles(directory.secrets)
    if settings.database_url is not None or secrets.has("database_url"):
        raise ClusterError(
            "--fresh deletes an embedded database only: the keys in this directory belong to the"
            " data in your own PostgreSQL"
        )
    size = sum(_size(path) for path in directory.root.rglob("*")) / 1024**2
    question = (
        f"delete the platform in {directory.root}: its database, cache, secrets, certificates"
        f" and logs ({size:,.0f} MB)?"
    )
    if not ask(question):
        raise ClusterError("nothing was deleted")
    orphans.stop(directory)
    directory.delete_contents()


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except FileNotFoundError:
        return 0
