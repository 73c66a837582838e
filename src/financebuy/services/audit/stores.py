"""The places outside that the settings name."""

import importlib
from pathlib import Path

from financebuy.services.audit.outside import Directory, Store
from financebuy.settings import Settings


def open_stores(settings: Settings) -> list[Store]:
    """Return the stores of heads; without any configured, the data directory's own."""
    from_settings = [part.strip() for part in settings.audit_heads.split(",") if part.strip()]
    if not from_settings:
        return [Directory(settings.data_dir / "audit")]
    return [_store(place, settings.audit_lock_days) for place in from_settings]


def _store(place: str, lock_days: int) -> Store:
    if not place.startswith("s3://"):
        return Directory(Path(place))
    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    if prefix and not prefix.endswith("/"):
        prefix += "/"
    # boto3 takes half a second to load, which only those should wait for who use it.
    s3 = importlib.import_module("financebuy.services.audit.s3")
    found: Store = s3.Bucket(bucket, prefix, lock_days)
    return found
