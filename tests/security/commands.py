"""The matrix of commands: every function that takes an identity, asked by everybody.

All of it happens in the superuser's connection, in the role whose function it is, and is taken
back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import psycopg

from financebuy.database.commands import ROLES
from tests.security.command_rows import Cast
from tests.security.command_rules import ACCEPTED, NOTHING, OWN, RULES, WITHOUT_IDENTITY, Caller
from tests.support import world as w
from tests.support.world import Connection, Row, World

_FUNCTIONS = """
    select p.proname as name, p.proargnames as arguments,
        array(
            select format_type(t.oid, null)
            from unnest(p.proargtypes) with ordinality as t (oid, n) order by t.n
        ) as types,
        array(
            select r.rolname::text from pg_roles as r
            where r.rolname = any (%s) and has_function_privilege(r.oid, p.oid, 'execute')
            order by r.rolname
        ) as callers
    from pg_proc as p
    where p.pronamespace = 'fb'::regnamespace
    order by 1"""
_OWNED = """
    select c.oid::regclass::text as name, a.attname as column
    from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attname in ('user_id', 'account_id')
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition
    order by 1, 2"""
_NAMED = """
    select (select count(*) from audit_log where actor = %s)
        + (select count(*) from transactions where actor = %s)
        + (select count(*) from order_events where actor = %s) as n"""
LOGINS = ["app_user", "fb_auth", "fb_bank", "fb_broker", "fb_worker"]
"""The logins that act for an identity."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the catalogue, with the names of its arguments."""

    name: str
    arguments: list[str]
    types: list[str]
    callers: list[str]

    @property
    def of_identity(self) -> bool:
        """Whether it is told who asks."""
        return bool({"p_identity", "p_identities"} & set(self.arguments or []))


@dataclass(slots=True)
class CommandMatrix:
    """What is asked, and what was found wrong."""

    world: World
    cast: Cast
    callers: list[Caller]
    cells: int = 0
    problems: list[str] = field(default_factory=list)
    _looking: str = ""
    _before: list[Row] = field(default_factory=list)

    def run(self, cases: Iterable[str] | None = None, *, stop: bool = False) -> list[str]:
        """Try every case (or these) as every caller; `stop` at the first that is wrong."""
        functions = {each.name: each for each in self.functions()}
        for case in RULES if cases is None else cases:
            function = functions[case.partition(" ")[0]]
            for caller in self.callers:
                self._try(case, function, caller)
                if stop and self.problems:
                    return self.problems
        return self.problems

    def functions(self) -> list[Function]:
        """Every function that a login may call."""
        return [Function(**row) for row in self.world.rows(_FUNCTIONS, LOGINS)]

    def unclassified(self) -> list[str]:
        """Functions that stand in no rule, or in one that is not theirs."""
        known = {case.partition(" ")[0] for case in RULES}
        harmless = {name for names in WITHOUT_IDENTITY.values() for name in names}
        there = self.functions()
        wrong = [f.name for f in there if f.name not in (known if f.of_identity else harmless)]
        return wrong + sorted((known | harmless) - {f.name for f in there})

    # -------------------------------------------------------------- one cell

    def _try(self, case: str, function: Function, caller: Caller) -> None:
        expected = RULES[case].expected(caller)
        self.cells += 1
        # All that a cell does is taken back: what was before the first, is before each.
        self._before = self._before or self._state()
        with self.world.admin.transaction(force_rollback=True):
            answer = self._ask(case, function, caller)
            touched = self._state() != self._before
        wrong = answer != expected and not (expected == OWN and not _is_refusal(answer))
        if wrong:
            self.problems.append(f"{case}, asked by {caller.name}: {answer}, not {expected}")
        if touched and expected != ACCEPTED:
            self.problems.append(f"{case}, asked by {caller.name}: something of the victim changed")

    def lines_of(self, case: str, caller: Caller) -> int:
        """How many rows name the caller once a case was carried out for them."""
        (function,) = [f for f in self.functions() if f.name == case.partition(" ")[0]]
        assert caller.token
        actor = f"user:{caller.token.split('.')[1]}"
        with self.world.admin.transaction(force_rollback=True):
            assert self._ask(case, function, caller) == ACCEPTED, case
            return int(self.world.value(_NAMED, actor, actor, actor))

    def _state(self) -> list[Row]:
        """Everything that is the victim's, as one hash a table. What is partitioned is history,
        whose every row counts on an account, an order or a transfer."""
        if not self._looking:
            self._looking = " union all ".join(
                f"select '{row['name']}' as name, md5(string_agg(t::text, '' order by t::text))"
                f" from {row['name']} as t where {row['column']} = %({row['column']})s"
                for row in self.world.rows(_OWNED)
            )
        mine = {"user_id": self.cast.victim.user_id, "account_id": self.cast.account}
        return self.world.admin.execute(self._looking.encode(), mine).fetchall()

    def _ask(self, case: str, function: Function, caller: Caller) -> str:
        admin = self.world.admin
        (role,) = function.callers
        row = {**w.COMMON, **self.cast.rows[case], "identity": caller.token}
        try:
            with admin.transaction():
                admin.execute(f"set local role {role}".encode())
                answer = _call(admin, function, row)
                admin.execute("reset role")
        except psycopg.Error as error:
            is_about_who = error.sqlstate in ("28000", "42501")
            return str(error.diag.message_primary if is_about_who else error)
        return answer


def _call(connection: Connection, function: Function, row: Row) -> str:
    if function.name in ROLES:
        verdict = w.call(connection, function.name, [row])[0]
        return _of_verdict({"outcome": verdict.outcome, "code": verdict.code})
    marks = ", ".join(
        f"{name} => %({name[2:]})s::{kind}"
        for name, kind in zip(function.arguments, function.types, strict=False)
    )
    query = f"select * from fb.{function.name}({marks})"
    return _of_rows(function.name, connection.execute(query.encode(), row).fetchall())


def _of_verdict(row: Row) -> str:
    return ACCEPTED if row["outcome"] == ACCEPTED else str(row["code"]).partition(":")[0]


def _of_rows(name: str, rows: list[Row]) -> str:
    """What a function without a verdict says: rows, a code, true or false, or nothing at all."""
    if not rows:
        return NOTHING
    if "outcome" in rows[0]:
        return _of_verdict(rows[0])
    value = rows[0].get(name, True)
    if value in (None, "", True):
        return ACCEPTED
    if value is False or value == 0:
        return NOTHING
    return str(value).partition(":")[0] if isinstance(value, str) else ACCEPTED


def _is_refusal(answer: str) -> bool:
    return answer.startswith(("identity_", "not_permitted", "permission denied"))
