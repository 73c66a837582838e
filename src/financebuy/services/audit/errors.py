"""What keeps the sealer from sealing, and the audit from saying yes."""

from financebuy.errors import FinanceBuyError


class SealerStoppedError(FinanceBuyError):
    """Sealing on would hide something: a person has to look, and to sign for what goes on."""

    exit_code = 2
    code, status, slug = 40910000, 409, "sealer_stopped"
    text = "the sealer has stopped: `financebuy audit recover` says how it goes on"


class NotSealedError(FinanceBuyError):
    """The row, or something that was to be dropped, is not sealed yet."""

    exit_code = 2
    code, status, slug = 40910000, 409, "not_sealed"
    text = "it is not sealed yet"


class NoAuditKeyError(FinanceBuyError):
    """This process does not have the key that heads are signed with."""

    code, status, slug = 50010000, 500, "no_audit_key"
    text = "the key of the audit's heads is not here"


class OutsideError(FinanceBuyError):
    """The place outside of the database cannot be read or written."""

    code, status, slug = 50310000, 503, "outside"
    text = "the heads kept outside cannot be reached"
