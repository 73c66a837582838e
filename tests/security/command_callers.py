"""Who asks for a command: everybody who has to do with the account, and who passes for one."""

from uuid import UUID

from tests.security.command_rules import Caller
from tests.support.world import User, World

CUSTOMER = ("read", "trade", "funding", "self")
ALL = (*CUSTOMER, "inspect", "broker", "operations", "admin")
INVALID = "identity_invalid"


def callers(world: World, victim: User, accounts: list[UUID]) -> list[Caller]:
    """Every caller; those who are to join or see the victim's `accounts` are let in here."""
    other = world.account(victim)
    good = world.token(victim.user_id, *ALL)
    forged = good[:-1] + ("0" if good[-1] != "0" else "1")
    elevated = world.token(victim.user_id, *CUSTOMER).split(".")
    elevated[3] = ",".join(ALL)
    return [
        _signed(world, "owner", CUSTOMER, user_id=victim.user_id, role="owner", is_victim=True),
        _signed(world, "owner who may only read", ("read",), user_id=victim.user_id, role="owner",
                is_victim=True),
        Caller("owner, by a key of another account",
               world.token(victim.user_id, *CUSTOMER, account=other), "owner", frozenset(CUSTOMER),
               is_victim=True, is_narrow=True),
        _joining(world, accounts, "joint owner", "joint"),
        _joining(world, accounts, "joint owner who is not let in any more", "joint", active=False),
        _joining(world, accounts, "viewer", "viewer"),
        _signed(world, "stranger", CUSTOMER, user_id=world.user().user_id),
        *(_signed(world, scope, (scope,), user_id=_somebody_of_the_house(world))
          for scope in ("broker", "operations", "admin", "inspect", "bank", "venue")),
        Caller("none", "", problem=INVALID),
        Caller("nothing at all", None, problem=INVALID),
        Caller("forged", forged, problem=INVALID),
        Caller("forged scopes", ".".join(elevated), problem=INVALID),
        Caller("forged actor", f"user:{victim.user_id}", problem=INVALID),
        Caller("unsigned", good.rpartition(".")[0] + ".", problem=INVALID),
        Caller("expired", world.expired(victim.user_id, *ALL), problem="identity_expired"),
    ]  # fmt: skip


def _signed(world: World, name: str, scopes: tuple[str, ...], **stands: object) -> Caller:
    user_id = stands.pop("user_id")
    assert isinstance(user_id, UUID)
    return Caller(name, world.token(user_id, *scopes), scopes=frozenset(scopes), **stands)  # type: ignore[arg-type]


def _somebody_of_the_house(world: World) -> UUID:
    return world.staff().user_id


def _joining(
    world: World, accounts: list[UUID], name: str, role: str, *, active: bool = True
) -> Caller:
    user = world.user()
    for account in accounts:
        world.share(account, user, role)
    if not active:
        world.admin.execute(
            "update users set is_active = false where user_id = %s", (user.user_id,)
        )
    return _signed(world, name, CUSTOMER, user_id=user.user_id, role=role, is_active=active)
