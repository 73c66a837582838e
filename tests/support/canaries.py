"""Values that stand for a person's, and requests that carry them wherever the document says."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from stdnum import iban

from financebuy.sql.classes import PROTECTED, classification

Schema = dict[str, Any]
BIRTHDAY = "1931-02-03"
"""No other date of the platform's is this one."""


@dataclass(frozen=True)
class Canary:
    """One run's values: each holds `mark`, which stands nowhere else in the world."""

    mark: str = field(default_factory=lambda: f"zq{secrets.token_hex(6)}zq")
    digits: str = field(default_factory=lambda: f"{secrets.randbelow(10**14):014d}")

    @property
    def iban(self) -> str:
        bare = f"GB00WEST{self.digits}"
        return f"GB{iban.calc_check_digits(bare)}WEST{self.digits}"

    def value(self, name: str, schema: Schema) -> Any:
        """A value for the personal or secret input `name`."""
        if schema.get("format") == "date":
            return BIRTHDAY
        if "email" in name:
            return f"{self.mark}-{secrets.token_hex(3)}@example.com"
        if name == "number":
            return self.iban
        text = f"{self.mark} {name}"
        return {"id": text} if schema.get("type") == "object" else text

    def patterns(self) -> list[bytes]:
        """What must be found nowhere: as text in any case, and as hex of it."""
        texts = [self.mark, self.mark.upper(), self.digits, BIRTHDAY]
        return [text.encode() for text in texts] + [self.mark.encode().hex().encode()]


@dataclass(frozen=True)
class Sample:
    """A body of one operation; `personal` says whether a canary is in it."""

    body: Any
    personal: bool


class Bodies:
    """Makes bodies by the schemas of an OpenAPI document; canaries are what must not be seen."""

    def __init__(self, document: Schema, canary: Canary) -> None:
        self._schemas = document["components"]["schemas"]
        self._canary = canary
        self._planted = False

    def good(self, schema: Schema) -> Sample:
        """A body that may be accepted."""
        self._planted = False
        return Sample(self._make("", schema, personal=False, wrong=False), self._planted)

    def wrong(self, schema: Schema) -> Sample:
        """The same with an object, which holds a canary, in the place of each personal value."""
        self._planted = False
        return Sample(self._make("", schema, personal=False, wrong=True), self._planted)

    def _make(self, name: str, schema: Schema, *, personal: bool, wrong: bool) -> Any:
        schema = self._resolved(schema)
        known = classification().inputs.get(("http", name))
        personal = personal or (known is not None and known.name in PROTECTED)
        if "properties" in schema:
            return self._object(schema, personal=personal, wrong=wrong)
        if personal:
            self._planted = True
            value = self._canary.value(name, schema)
            return {"oops": self._canary.mark} if wrong else value
        if schema.get("type") == "object":
            return {}
        if schema.get("type") == "array":
            return [self._make(name, schema["items"], personal=personal, wrong=wrong)]
        return plain(schema)

    def _object(self, schema: Schema, *, personal: bool, wrong: bool) -> dict[str, Any]:
        """What is required, and what is personal."""
        found = {}
        for key, inner in schema.get("properties", {}).items():
            before, self._planted = self._planted, False
            value = self._make(key, inner, personal=personal, wrong=wrong)
            if self._planted or key in schema.get("required", []):
                found[key] = value
            self._planted = self._planted or before
        return found

    def _resolved(self, schema: Schema) -> Schema:
        while True:
            if "$ref" in schema:
                schema = self._schemas[schema["$ref"].rpartition("/")[2]]
            elif "anyOf" in schema:
                texts = [each for each in schema["anyOf"] if each.get("type") == "string"]
                schema = (texts or schema["anyOf"])[0]
            else:
                return schema


def plain(schema: Schema) -> Any:
    """A value that is nobody's."""
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    text = {"uuid": str(uuid4()), "date": "2012-06-04", "date-time": "2030-01-01T00:00:00Z"}
    kinds = {"integer": 1, "number": 1, "boolean": True}
    kind = schema.get("type")
    return kinds[kind] if kind in kinds else text.get(schema.get("format", ""), "1")


def forms(body: Any, wrong: Any, canary: Canary) -> Iterator[tuple[str, dict[str, str]]]:
    """How a body may come in: whole, of wrong types, too long, torn, of another kind."""
    as_json = {"Content-Type": "application/json"}
    yield json.dumps(body), as_json
    yield json.dumps(wrong), as_json
    yield json.dumps(body).replace(canary.mark, canary.mark * 60), as_json
    yield json.dumps(body | {"unexpected": canary.mark}), as_json
    yield json.dumps(body)[:-1] + f', "{canary.mark}"', as_json
    yield json.dumps([canary.mark]), as_json
    yield json.dumps(body), {"Content-Type": "text/plain"}
