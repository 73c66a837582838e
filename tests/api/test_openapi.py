"""The document that clients are generated from."""

from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.support.api import Api


@pytest.fixture(scope="module")
def document(api: Api) -> Any:
    return api.get("/openapi.json")


def operations(document: Any) -> list[tuple[str, Any]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def test_it_is_valid(document: Any) -> None:
    validate(document)


def test_each_operation_says_what_it_needs_and_how_it_fails(document: Any) -> None:
    for name, operation in operations(document):
        problem = operation["responses"]["default"]["content"]
        assert list(problem) == ["application/problem+json"], name
        assert operation.get("description") or operation.get("summary"), name
        if "machine" not in operation["tags"] and not is_the_door(name):
            assert operation["security"], name
            assert operation["x-scopes"], name


def is_the_door(name: object) -> bool:
    """Where people come in who have nothing to show yet."""
    return "/fb/v1/auth/" in str(name) and not any(
        each in str(name) for each in ("/session", "/step-up", "/password", "everywhere")
    )


def test_money_is_a_string_and_never_a_double(document: Any) -> None:
    """No answer has a JSON number that is not whole."""
    for name, schema in document["components"]["schemas"].items():
        if not name.endswith("In"):
            assert "'type': 'number'" not in str(schema), name


def test_names_of_operations_are_unique(document: Any) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(names) == len(set(names))


def test_native_money_calls_require_a_key(document: Any) -> None:
    for method, path in (("post", "/fb/v1/orders"), ("delete", "/fb/v1/orders/{order_id}")):
        (key,) = [
            each
            for each in document["paths"][path][method]["parameters"]
            if each["name"] == "Idempotency-Key"
        ]
        assert key["required"]


def test_no_page_is_served_from_elsewhere(api: Api) -> None:
    for path in ("/docs", "/redoc"):
        assert api.call("GET", path).status_code == 404
