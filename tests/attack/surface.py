"""Every operation of the document, and how to fill it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from financebuy.api.app import routes

DOCUMENT: dict[str, Any] = routes().openapi()
OPEN = {"/healthz", "/readyz"}
_SAMPLES = {
    "integer": 1, "number": 1, "boolean": True, "array": [], "object": {}, "null": None,
}  # fmt: skip
_FORMATS = {
    "uuid": str(UUID(int=7)), "date": "2012-06-04", "date-time": "2012-06-04T14:00:00Z",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a path."""

    method: str
    path: str
    spec: dict[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def scopes(self) -> list[str] | None:
        """None where everybody may ask."""
        found: list[str] | None = self.spec.get("x-scopes")
        return found

    def parameters(self, place: str) -> dict[str, dict[str, Any]]:
        """The schemas of what goes into the path, query or header."""
        found = self.spec.get("parameters", [])
        return {each["name"]: each["schema"] for each in found if each["in"] == place}

    @property
    def body(self) -> dict[str, Any] | None:
        """The schema of the body."""
        content = self.spec.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        return None if schema is None else resolve(schema)

    def url(self, values: dict[str, Any] | None = None) -> str:
        """The path with every parameter filled."""
        known = values or {}
        filled = {
            name: known.get(name, sample(schema))
            for name, schema in self.parameters("path").items()
        }
        return self.path.format(**filled)


def operations() -> Iterator[Operation]:
    for path, methods in DOCUMENT["paths"].items():
        for method, spec in methods.items():
            yield Operation(method.upper(), path, spec)


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """Follow references and take the first alternative that is not null."""
    while True:
        if "$ref" in schema:
            schema = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        elif alternatives := schema.get("anyOf") or schema.get("oneOf"):
            schema = next((each for each in alternatives if each.get("type") != "null"), {})
        else:
            return schema


def sample(schema: dict[str, Any]) -> Any:
    """A value that the schema takes, more or less."""
    schema = resolve(schema)
    given = [schema.get("default"), schema.get("const"), *schema.get("enum", ())[:1]]
    given += schema.get("examples", ())[:1]
    ready = next((each for each in given if each is not None), None)
    if ready is not None:
        return ready
    if schema.get("type") == "string":
        plain = "1" * max(1, schema.get("minLength", 1))
        return _FORMATS.get(schema.get("format", ""), plain)
    if schema.get("type") == "object":
        return document(schema)
    return _SAMPLES.get(str(schema.get("type")), "1")


def document(schema: dict[str, Any]) -> dict[str, Any]:
    """A body with every property."""
    return {name: sample(each) for name, each in schema.get("properties", {}).items()}
