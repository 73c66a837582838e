"""What the running programs were told by their environment, which may not be the doctor's."""

from collections.abc import Iterator

import psutil

from financebuy.doctor.checks import NotEvaluatedError
from financebuy.doctor.subject import Subject
from financebuy.settings import InvalidSettingError, Settings

_PROGRAMS = ("api", "worker")
_OURS = "FINANCEBUY_"


def running_settings(subject: Subject) -> Settings:
    """The settings of the API, else of the worker; the doctor's own where neither runs.

    Raises:
        NotEvaluatedError: what runs does not say, or is of another version.
    """
    process = next(_running(subject), None)
    if process is None:
        return subject.settings
    try:
        environment = process.environ()
    except (psutil.Error, OSError) as error:
        raise NotEvaluatedError(f"the environment of process {process.pid}: {error}") from None
    told = {name: environment[name] for name in environment if name.startswith(_OURS)}
    try:
        return Settings.read(told, subject.directory.root)
    except InvalidSettingError as error:
        raise NotEvaluatedError(f"the environment of process {process.pid}: {error}") from None


def _running(subject: Subject) -> Iterator[psutil.Process]:
    services = {each.name: each for each in subject.endpoints.state.services}
    for name in _PROGRAMS:
        record = services.get(name)
        process = record.process.identity.process() if record and record.process else None
        if process is not None:
            yield process
