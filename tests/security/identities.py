"""Who asks: a signed text, or something that wants to pass for one."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from tests.support.population import Population
from tests.support.world import World


@dataclass(frozen=True, slots=True)
class Asker:
    """What stands in the setting, and whose rows it opens. `is_known` false: it is refused."""

    name: str
    token: str
    user_id: UUID | None = None
    accounts: frozenset[UUID] = frozenset()
    is_known: bool = True

    def owned(self, column: str) -> list[UUID]:
        """The values of an owning column that are this one's."""
        if column == "user_id":
            return [self.user_id] if self.user_id else []
        return sorted(self.accounts)


def askers(world: World, there: Population) -> list[Asker]:
    """Every identity of the matrix. Ann owns, shares with Bob, and lets Bob look."""
    ann, bob = there.ann, there.bob
    shown, joint = there.accounts[0], there.accounts[3]
    stranger = world.user()
    own = world.account(stranger, 10)
    scopes = ("read", "trade", "funding")
    forged = ann.token[:-1] + ("0" if ann.token[-1] != "0" else "1")
    return [
        Asker("owner", ann.token, ann.user_id, _accounts(world, ann.user_id)),
        Asker("joint owner", world.token(bob.user_id, *scopes, account=joint), bob.user_id,
              frozenset({joint})),
        Asker("viewer", world.token(bob.user_id, *scopes, account=shown), bob.user_id,
              frozenset({shown})),
        Asker("stranger", stranger.token, stranger.user_id, frozenset({own})),
        Asker("another's account", world.token(stranger.user_id, *scopes, account=shown),
              stranger.user_id),
        Asker("none", ""),
        Asker("forged", forged, is_known=False),
        Asker("forged actor", f"user:{ann.user_id}", is_known=False),
        Asker("unsigned", ann.token.rpartition(".")[0] + ".", is_known=False),
        Asker("expired", world.expired(ann.user_id), is_known=False),
        *(
            Asker(scope, world.token(who, scope), who)
            for scope in ("broker", "operations", "bank", "venue")
            for who in [uuid4()]
        ),
    ]  # fmt: skip


def _accounts(world: World, user_id: UUID) -> frozenset[UUID]:
    found = world.rows("select account_id from account_owners where user_id = %s", user_id)
    return frozenset(row["account_id"] for row in found)
