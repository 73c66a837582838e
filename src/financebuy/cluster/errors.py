"""What can go wrong while servers are prepared, started, watched and stopped."""

from financebuy.errors import FinanceBuyError


class ClusterError(FinanceBuyError):
    """Root of the errors of this package."""


class AccountUnavailableError(ClusterError):
    """Servers must not run as root, and the account for them cannot be created."""


class ServerFailedError(ClusterError):
    """A server program ended, or did not become ready, and its output says why."""


class AlreadyRunningError(ClusterError):
    """Another `financebuy up` holds this data directory."""


class NotADataDirectoryError(ClusterError):
    """The directory holds something, but no FinanceBuy platform."""


class NewerDataError(ClusterError):
    """The data was written by a newer FinanceBuy than this one."""


class MigrationDeclinedError(ClusterError):
    """The data is older than this FinanceBuy and the user did not agree to migrate it."""


class PortTakenError(ClusterError):
    """A port that the user asked for is in use, or no port near the usual one is free."""


class UnsupportedServerError(ClusterError):
    """The user's PostgreSQL is too old."""


class NotRunningError(ClusterError):
    """No platform runs on this data directory."""


class StartInterruptedError(ClusterError):
    """The user stopped the platform while it was starting."""

    exit_code = 130
