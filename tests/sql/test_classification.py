"""Every column has a class, and what stands in it is kept as its class says."""

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from financebuy.api.app import routes
from financebuy.cli import app
from financebuy.sql import classes
from financebuy.sql.classes import Class, classification
from tests.support.databases import Database, clone
from tests.support.world import World

FOUND = classification()
COLUMNS = (
    "select case n.nspname when 'public' then '' else n.nspname || '.' end || c.relname"
    " as relation, a.attname as name, format_type(a.atttypid, null) as type"
    " from pg_attribute as a join pg_class as c on c.oid = a.attrelid"
    " join pg_namespace as n on n.oid = c.relnamespace"
    " where n.nspname !~ '^pg_|^information_schema$' and c.relkind in ('r', 'p', 'm')"
    " and not c.relispartition and a.attnum > 0 and not a.attisdropped"
)
DERIVED = (
    "select distinct v.relname as view, t.relname as relation, a.attname as name"
    " from pg_rewrite as r join pg_class as v on v.oid = r.ev_class"
    " join pg_namespace as n on n.oid = v.relnamespace"
    " join pg_depend as d on d.objid = r.oid and d.classid = 'pg_rewrite'::regclass"
    " join pg_class as t on t.oid = d.refobjid and t.oid <> v.oid"
    " join pg_attribute as a on a.attrelid = t.oid and a.attnum = d.refobjsubid"
    " where n.nspname = 'reporting' and d.refobjsubid > 0"
)


@pytest.fixture(scope="module")
def world(template: Database) -> Iterator[World]:
    with clone(template) as database, World(database) as world:
        yield world


def columns(world: World) -> set[tuple[str, str]]:
    return {(row["relation"], row["name"]) for row in world.rows(COLUMNS)}


def test_every_column_has_a_class(world: World) -> None:
    assert FOUND.unclassified(columns(world)) == []


def test_no_class_is_of_a_column_that_is_not_there(world: World) -> None:
    assert sorted(set(FOUND.columns) - columns(world)) == []


def test_a_new_column_is_noticed(world: World) -> None:
    with world.admin.transaction(force_rollback=True):
        world.admin.execute("alter table users add column shoe_size text")
        assert FOUND.unclassified(columns(world)) == ["users.shoe_size"]


def test_what_laws_name_is_personal_and_kept_so() -> None:
    assert len(FOUND.regulated) == 6
    for what, names in FOUND.regulated.items():
        kept = [FOUND.columns[_column(name)] for name in names]
        assert {each.name for each in kept} == {"personal"}, what
        assert {each.protection for each in kept} <= {"encrypted", "index", "partial"}, what


def test_what_is_in_clear_on_purpose_is_not_called_personal() -> None:
    """There is a reason for each, and the class says that it is in clear."""
    for name, why in FOUND.in_clear.items():
        assert FOUND.columns[_column(name)].name in ("internal", "confidential"), name
        assert len(why) > 40, name


def _column(name: str) -> tuple[str, str]:
    table, _, column = name.rpartition(".")
    return table, column


def test_what_is_encrypted_or_hashed_is_bytes(world: World) -> None:
    """But for a password's hash, which says in text how it was made, and what names its key."""
    types = {(row["relation"], row["name"]): row["type"] for row in world.rows(COLUMNS)}
    texts = {
        column
        for column, each in FOUND.columns.items()
        if each.protection in {"encrypted", "index", "hash"} and types[column] != "bytea"
    }
    assert {name for _, name in texts} <= {"password_hash", "origin"}
    for (table, name), each in FOUND.columns.items():
        if name.endswith("_ciphertext"):
            assert each.protection == "encrypted", (table, name)


def test_no_report_shows_personal_data_or_secrets(world: World) -> None:
    seen = [(row["view"], row["relation"], row["name"]) for row in world.rows(DERIVED)]
    assert len(seen) > 20
    shown = [each for each in seen if FOUND.columns[each[1], each[2]].name in classes.PROTECTED]
    assert shown == []


def test_nobody_reads_ciphertexts_and_secrets_but_through_functions(world: World) -> None:
    """Of the logins of the service: what they select has no column that would have to be opened."""
    logins = ["app_user", "fb_broker", "fb_bank", "fb_venue", "fb_worker", "analytics_user"]
    readable = []
    for (table, name), each in FOUND.columns.items():
        if each.name in classes.PROTECTED and each.protection not in {"index", "partial"}:
            schema, _, relation = table.rpartition(".")
            allowed = world.rows(
                "select r as login from unnest(%s::text[]) as r"
                " where has_column_privilege(r, %s::regclass, %s, 'select')",
                logins, f"{schema or 'public'}.{relation}", name,
            )  # fmt: skip
            readable += [(row["login"], table, name) for row in allowed]
    assert [each for each in readable if each[2] != "origin"] == []


# ---------------------------------------------------------------------------- inputs


def http_inputs() -> Iterator[tuple[str, str]]:
    """(where, name) of each input that stands in no personal one."""
    document = routes().openapi()
    schemas = document["components"]["schemas"]
    for operation in (each for methods in document["paths"].values() for each in methods.values()):
        for parameter in operation.get("parameters", []):
            yield parameter["in"], parameter["name"]
        for content in operation.get("requestBody", {}).get("content", {}).values():
            for name in properties(content["schema"], schemas):
                yield "body", name


def properties(schema: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    """The names in a body, at any depth, but for what stands in a personal one."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    inner = [each for key in ("anyOf", "allOf", "oneOf") for each in schema.get(key, [])]
    inner += [schema["items"]] if isinstance(schema.get("items"), dict) else []
    for name, each in schema.get("properties", {}).items():
        yield name
        if FOUND.inputs.get(("http", name), Class("none")).name != "personal":
            inner.append(each)
    for each in inner:
        yield from properties(each, schemas)


def command_line_inputs() -> set[str]:
    def walk(command: object) -> Iterator[str]:
        yield from (each.name for each in command.params)  # type: ignore[attr-defined]
        if isinstance(command, TyperGroup):
            for name in command.list_commands(None):  # type: ignore[arg-type]
                yield from walk(command.get_command(None, name))  # type: ignore[arg-type]

    return set(walk(typer.main.get_command(app)))


def test_every_input_has_a_class() -> None:
    known = {name for where, name in FOUND.inputs if where == "http"}
    found = {name for _, name in http_inputs()}
    assert (sorted(found - known), sorted(known - found)) == ([], [])
    known = {name for where, name in FOUND.inputs if where == "command_line"}
    found = command_line_inputs()
    assert (sorted(found - known), sorted(known - found)) == ([], [])


def test_nothing_personal_or_secret_stands_in_a_path_or_query() -> None:
    """They are logged, here and in every proxy on the way."""
    found = [
        (where, name)
        for where, name in http_inputs()
        if where != "body" and FOUND.inputs[("http", name)].name in classes.PROTECTED
    ]
    assert found == []
