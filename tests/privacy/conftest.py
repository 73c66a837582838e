"""A data directory on a database of its own, and platforms opened from it as processes would."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from financebuy.bootstrap import Platform, open_platform
from financebuy.cluster.key_places import key_places
from financebuy.cluster.secret_files import SecretFiles
from financebuy.crypto.keyring import Providers
from financebuy.services import identity
from financebuy.services.caller import CUSTOMER_SCOPES, OPERATOR_SCOPES, Caller
from financebuy.services.identity import NewUser
from financebuy.settings import Settings
from tests.support.databases import Database
from tests.support.directories import write_data_directory
from tests.support.world import World

STAFF = Caller(UUID(int=0), scopes=OPERATOR_SCOPES | {"admin"}, kind="operator")


@dataclass(frozen=True)
class Place:
    """One installation: its directory and its database."""

    root: Path
    secrets: SecretFiles
    world: World

    def open(self) -> AbstractAsyncContextManager[Platform]:
        """A platform as a process of its own would have it."""
        return open_platform(replace(Settings(data_dir=self.root), read_pool_size=4))

    def run_as(self, work: Callable[[Platform], Awaitable[Any]], *roles: str) -> Any:
        """As a program that speaks as these roles."""

        async def opened() -> Any:
            settings = Settings.read(os.environ, self.root)
            async with open_platform(settings, roles) as platform:
                return await work(platform)

        return asyncio.run(opened())

    def run(self, work: Callable[[Platform], Awaitable[Any]]) -> Any:
        async def opened() -> Any:
            async with self.open() as platform:
                return await work(platform)

        return asyncio.run(opened())

    @property
    def keepers(self) -> Providers:
        return key_places(self.secrets)


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Iterator[Place]:
    root = tmp_path / "data"
    with World(database) as world:
        yield Place(root, write_data_directory(root, database), world)


async def person(platform: Platform, name: str = "Grace") -> UUID:
    """A new user, whose first name is `name`."""
    user = NewUser(f"{uuid4()}@example.com", name, national_id="536-90-4399")
    return (await identity.create_user(platform, STAFF, user)).user_id


async def name_of(platform: Platform, user_id: UUID) -> str | None:
    return (await identity.personal_data(platform, STAFF, user_id)).first_name


def customer(user_id: UUID) -> Caller:
    return Caller(user_id, scopes=CUSTOMER_SCOPES)
