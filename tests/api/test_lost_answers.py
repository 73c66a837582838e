"""A connection that ends while something is written: the answer says that it may have happened."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from tests.support.api import CUSTOMER, Api, serve
from tests.support.databases import Database, clone
from tests.support.world import User

PDF = b"%PDF-1.7 a passport"


@pytest.fixture(scope="module")
def own(template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    data = tmp_path_factory.mktemp("api") / "data"
    patience = {"FINANCEBUY_COMMAND_SECONDS": "2"}
    with clone(template) as database, serve(database, data, settings=patience) as running:
        running.world.admin.execute(
            """create function lose() returns trigger language plpgsql security definer as $$ begin
                perform pg_terminate_backend(pg_backend_pid());
                return new;
            end $$"""
        )
        yield running


def lose_at(api: Api, when: str) -> None:
    api.world.admin.execute(f"create trigger lose {when} for each row execute function lose()")


def test_a_document(own: Api) -> None:
    body = {"contact": {"email_address": "grace@example.com"}}
    user_id = own.post("/v1/accounts", own.staff(), body).json()["user_id"]
    key = own.make_key(User(UUID(user_id), ""), *CUSTOMER)
    path = f"/fb/v1/users/{user_id}/documents?kind=passport"
    send = {"content": PDF, "headers": {"Content-Type": "application/pdf"}}
    lose_at(own, "before insert on kyc_documents")
    lost = own.call("POST", path, key, **send)
    assert (lost.status_code, lost.json()["code"]) == (503, 50320000)
    assert "Retry-After" not in lost.headers
    own.world.admin.execute("drop trigger lose on kyc_documents")
    assert own.call("POST", path, key, **send).status_code == 201


def test_what_is_no_command(own: Api) -> None:
    """Shutting a person out is a single statement outside of the command path."""
    victim, staff = own.customer(), own.staff()
    path = f"/fb/v1/users/{victim.user.user_id}/active"
    lose_at(own, "before update on users")
    lost = own.call("PUT", path, staff, json={"is_active": False})
    assert (lost.status_code, lost.json()["code"]) == (503, 50320000)
    assert "Retry-After" not in lost.headers
    own.world.admin.execute("drop trigger lose on users")
    assert own.call("PUT", path, staff, json={"is_active": False}).status_code == 204


def test_half_of_a_request(own: Api) -> None:
    """A user is made, and an account cannot be opened in time: a repeat would not be the same."""
    own.world.admin.execute(
        """create function stay_busy() returns trigger language plpgsql security definer as $$ begin
            raise sqlstate '55P03';
        end $$"""
    )
    own.world.admin.execute(
        "create trigger stay_busy before insert on accounts for each row"
        " execute function stay_busy()"
    )
    body = {"contact": {"email_address": "half@example.com"}}
    half = own.post("/v1/accounts", own.staff(), body)
    own.world.admin.execute("drop trigger stay_busy on accounts")
    assert (half.status_code, half.json()["code"]) == (503, 50320000)
    assert "Retry-After" not in half.headers
