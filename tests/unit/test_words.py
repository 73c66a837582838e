"""The words that the command line and the help name are those that the database takes."""

import re
from collections.abc import Collection
from pathlib import Path

import pytest

from financebuy.domain import numbers
from financebuy.services import accounts, actions, documents, identity, order_values, owners, staff

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "reference" / "schema.sql"

WORDS: dict[str, Collection[str]] = {
    "accounts_account_type": (*accounts.ACCOUNT_TYPES, "house"),
    "accounts_lot_method": order_values.LOT_METHODS,
    "accounts_status": accounts.STATUSES,
    "account_owners_role": owners.ROLES,
    "corporate_actions_kind": actions.KINDS,
    "corporate_actions_state": actions.STATES,
    "kyc_documents_kind": documents.KINDS,
    "orders_side": order_values.SIDES,
    "orders_time_in_force": order_values.TIMES_IN_FORCE,
    "payment_methods_kind": numbers.KINDS,
    "staff_roles_role": staff.ROLES,
    "users_kyc_status": identity.KYC_STATUSES,
}


@pytest.mark.parametrize("constraint", WORDS)
def test_the_words_are_those_of_the_database(constraint: str) -> None:
    schema = SCHEMA.read_text(encoding="utf-8")
    (check,) = re.findall(rf"CONSTRAINT {constraint}_check CHECK .*ARRAY\[(.*)\]", schema)
    assert sorted(re.findall(r"'(\w+)'", check)) == sorted(WORDS[constraint])
