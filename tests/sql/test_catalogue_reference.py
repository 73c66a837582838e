"""The pages that are made from the catalogue are what a migrated database has."""

import xml.etree.ElementTree as ET

import pytest

from tests.support.databases import Database, clone
from tests.support.world import World
from tools import catalogue, catalogue_reference


@pytest.mark.parametrize(
    "name", ["data-dictionary.md", "indexes.md", "er-diagram.svg", "access-matrix.md"]
)
def test_a_page_is_fresh(name: str, template: Database) -> None:
    with clone(template) as database:
        made = catalogue_reference.pages(database.admin_url)
    kept = (catalogue_reference.FOLDER / name).read_text(encoding="utf-8")
    assert made[name] == kept, "run `make reference`"


def test_a_change_of_the_catalogue_is_seen(database: Database) -> None:
    before = catalogue_reference.pages(database.admin_url)
    with World(database) as world:
        world.admin.execute("alter table orders add column note uuid references assets")
        world.admin.execute("create index orders_note_idx on orders (note) where note is not null")
        world.admin.execute("grant delete on orders to fb_venue")
    after = catalogue_reference.pages(database.admin_url)
    assert all(before[name] != after[name] for name in before)


def test_a_table_without_a_comment_is_refused(database: Database) -> None:
    with World(database) as world:
        world.admin.execute("comment on table orders is null")
    with pytest.raises(LookupError, match="orders has no comment"):
        catalogue.read(database.admin_url)


def test_the_diagram_shows_every_table_once(template: Database) -> None:
    with clone(template) as database:
        tables = catalogue.read(database.admin_url)
    drawing = ET.fromstring(  # noqa: S314 (our own file)
        (catalogue_reference.FOLDER / "er-diagram.svg").read_text()
    )
    shown = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert all(shown.count(table.name) == 1 for table in tables if not table.is_view)
