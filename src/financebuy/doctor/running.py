"""What the running programs were told by their environment, which may not be the doctor's."""

from collections.abc import Iterator

import psutil

from financebuy.doctor.subject import Subject
from financebuy.settings import InvalidSettingError, Settings

_PROGRAMS = ("api", "worker")
_OURS = "FINANCEBUY_"


def running_settings(subject: Subject) -> Settings:
    """The settings of the API, else of the worker; the doctor's own where neither can be asked."""
    return next(_settings(subject), subject.settings)


def _settings(subject: Subject) -> Iterator[Settings]:
    services = {each.name: each for each in subject.endpoints.state.services}
    for name in _PROGRAMS:
        record = services.get(name)
        process = record.process.identity.process() if record and record.process else None
        if process is None:
            continue
        try:
            environment = process.environ()
            told = {each: environment[each] for each in environment if each.startswith(_OURS)}
            yield Settings.read(told, subject.directory.root)
        except (psutil.Error, OSError, InvalidSettingError):
            # Somebody else's process, or one of another version.
            continue
