"""What is known of a person. The database holds it as ciphertext, so its rules are kept here."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from financebuy.domain.numbers import check_ssn
from financebuy.errors import InvalidValueError, OutOfRangeError, RequiredError

_LONGEST = {
    "email": 254,
    "first_name": 100,
    "last_name": 100,
    "phone": 32,
    "address": 500,
    "national_id": 64,
}


@dataclass(frozen=True, slots=True, repr=False)
class NewUser:
    """A person to be registered; only the address is needed to begin."""

    email: str
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    address: str | None = None
    birth_date: date | None = None
    national_id: str | None = None
    national_id_type: str | None = None
    """`us_ssn`: a social security number, which is checked; of other kinds the length is."""

    def check(self) -> None:
        """Refuse what cannot be right.

        Raises:
            RequiredError, InvalidValueError, OutOfRangeError: `field` names the value.
        """
        if not self.email.strip():
            raise RequiredError(field="email")
        for name, longest in _LONGEST.items():
            value = getattr(self, name)
            if value is not None and len(value) > longest:
                raise OutOfRangeError(f"{name}: has more than {longest} characters", field=name)
        local, _, host = self.email.strip().rpartition("@")
        if not local or "." not in host or any(each.isspace() for each in self.email.strip()):
            raise InvalidValueError("email: is not an address like name@example.com", field="email")
        today = datetime.now(UTC).date()
        if self.birth_date is not None and not date(1900, 1, 1) <= self.birth_date <= today:
            raise OutOfRangeError(field="birth_date")
        if self.national_id_type not in (None, "us_ssn"):
            raise InvalidValueError(field="national_id_type")
        if self.national_id_type == "us_ssn" and self.national_id is not None:
            check_ssn(self.national_id)

    def fields(self) -> dict[str, str | None]:
        """The values as texts, by field."""
        return {
            "email": self.email.strip(),
            "first_name": self.first_name,
            "last_name": self.last_name,
            "phone": self.phone,
            "address": self.address,
            "birth_date": self.birth_date.isoformat() if self.birth_date else None,
            "national_id": self.national_id,
        }


_SHORTEST_PASSWORD, _LONGEST_PASSWORD = 12, 256
_FEWEST_CHARACTERS = 5


def check_password(password: str, email: str | None = None) -> None:
    """Refuse a password that is guessed soon. Length is what counts (NIST SP 800-63B).

    Raises:
        OutOfRangeError, InvalidValueError: the rule that it breaks.
    """
    if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise OutOfRangeError(
            f"password: must have {_SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} characters",
            field="password",
        )
    if len(set(password)) < _FEWEST_CHARACTERS:
        raise InvalidValueError(
            f"password: must have at least {_FEWEST_CHARACTERS} different characters",
            field="password",
        )
    local = (email or "").strip().partition("@")[0].casefold()
    if local and password.casefold() in {local * times for times in range(1, 65)}:
        raise InvalidValueError("password: must not be the address", field="password")
