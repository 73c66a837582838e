"""Random commands over few accounts under random faults, and what must be true of them after."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from financebuy.database.commands import ROLES, CommandWriter, Verdict
from financebuy.database.identity import Identity
from financebuy.database.lanes import Lane
from financebuy.database.pools import Pools
from financebuy.errors import OutcomeUnknownError, TryAgainError
from tests.support import world as w
from tests.support.line import Line, line_to
from tests.support.world import Row, User, World

COMMANDS = 40
PATIENCE, WAITING = 4.0, 40
FREE_SECONDS = 20.0
BANK, CUSTOMER = ROLES["deposit_received"], ROLES["transfer"]
POISON = """
create function storm() returns trigger language plpgsql as $$ begin
    if new.key like 'slow%' then perform pg_sleep(0.3); end if;
    if new.key like 'data%' then perform 1 / 0; end if;
    if new.key like 'rule%' then raise exception 'a rule is broken'; end if;
    return new;
end $$;
create trigger storm before insert on idempotency_keys for each row execute function storm()"""


EFFECTS = """
select command_id, array_agg(did order by did) as did
from (
    select command_id, 'transaction' as did from transactions
    union all select command_id, 'transfer' from transfers
    union all select command_id, 'event' from outbox
) as found
group by command_id"""


def is_free(lane: Lane) -> bool:
    """Whether nobody waits, no subject is out of turn, and every connection is idle."""
    queue = lane._backlog
    busy = queue.waiting or queue._in_turn or queue._out_of_turn or lane._in_flight
    return not busy and len(lane._idle) == len(lane._writers)


@dataclass(eq=False)
class Asked:
    """One command as its caller saw it."""

    function: str
    row: Row
    key: str
    answer: str = ""
    verdict: Verdict | None = None
    asked_twice: bool = False

    async def by(self, submit: Callable[[], Awaitable[Verdict]], seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                self.verdict = await submit()
                self.answer = self.verdict.outcome
        except TimeoutError:
            self.answer = "given up"
        except OutcomeUnknownError:
            self.answer = "unknown"
        except TryAgainError:
            self.answer = "try again"
        except (TypeError, psycopg.errors.RaiseException):
            self.answer = "broken"

    @property
    def wrote_nothing(self) -> bool:
        if self.answer == "refused":
            # What was wrong with the row itself leaves no trace, what was decided is recorded.
            return self.key.startswith("data")
        return self.answer in {"try again", "broken"}


class Storm:
    """One round: everything that it draws comes from its seed."""

    def __init__(self, world: World, user: User, seed: int) -> None:
        self._world, self._user, self._rng = world, user, random.Random(seed)
        self._accounts = [world.account(user, 1000) for _ in range(3)]
        self._identity = Identity(user.user_id, "TESTKEY", ("read", "trade", "funding"))
        self._asked: list[Asked] = []
        self._seed = seed
        self._once = self._effects_of_one()
        self.counted: Counter[str] = Counter()

    def _effects_of_one(self) -> dict[str, list[str]]:
        """What one command of each kind does where nothing is in the way."""
        first, second = self._accounts[:2]
        rows = {
            "deposit_received": w.deposit(first, 1),
            "request_withdrawal": w.withdrawal(self._user.token, first, 1),
            "transfer": w.transfer(self._user.token, first, second, 1),
        }
        done = {name: self._world.accepted(name, row) for name, row in rows.items()}
        effects = self._effects()
        return {name: effects[command] for name, command in done.items()}

    async def run(self) -> None:
        """Let it rage, wait for its end, and look at everything."""
        async with self._writers() as (line, writers):
            callers = asyncio.create_task(self._call(writers))
            faults = [asyncio.create_task(self._fail(line, callers)) for _ in range(2)]
            await asyncio.gather(callers, *faults)
            line.flow()
            await self._recovered(writers)
            # Who had given up may be in a batch still; it ends, and nothing is left of it.
            lanes = [lane for writer in writers.values() for lane in writer._lanes.values()]
            deadline = asyncio.get_running_loop().time() + FREE_SECONDS
            while not all(is_free(lane) for lane in lanes):
                assert asyncio.get_running_loop().time() < deadline, self._seed
                await asyncio.sleep(0.05)
        left = [t for t in asyncio.all_tasks() if t.get_name().startswith(("writer", "hanging"))]
        assert not left
        self._judge()

    @asynccontextmanager
    async def _writers(self) -> AsyncIterator[tuple[Line, dict[str, CommandWriter]]]:
        async with line_to(self._world.database) as line:
            urls = {role: line.url(role) for role in (BANK, CUSTOMER)}
            async with (
                Pools(urls, size=2) as pools,
                CommandWriter(pools, patience=PATIENCE, most_waiting=WAITING) as writer,
            ):
                yield line, {BANK: writer, CUSTOMER: writer}

    async def _call(self, writers: dict[str, CommandWriter]) -> None:
        """Callers that come in bursts, some of whom ask twice and some of whom give up."""
        tasks = []
        for number in range(COMMANDS):
            if self._asked and self._rng.random() < 0.08:
                first = self._rng.choice(self._asked)
                first.asked_twice = True
                one = Asked(first.function, first.row, first.key, asked_twice=True)
            else:
                one = self._draw(number)
            self._asked.append(one)
            seconds = self._rng.uniform(0, 1.5) if self._rng.random() < 0.15 else None
            submit = self._submitting(writers[ROLES[one.function]], one)
            tasks.append(asyncio.create_task(one.by(submit, seconds)))
            if self._rng.random() < 0.3:
                await asyncio.sleep(self._rng.choice([0, 0.01, 0.1, 0.3]))
        await asyncio.gather(*tasks)

    def _submitting(self, writer: CommandWriter, one: Asked) -> Callable[[], Awaitable[Verdict]]:
        return lambda: writer.submit(one.function, one.row)

    def _sign(self) -> str:
        return self._world.signer.sign(self._identity)

    def _draw(self, number: int) -> Asked:
        rng, account = self._rng, self._rng.choice(self._accounts)
        kind = rng.choices(["good", "slow", "data", "rule", "float", "much"], [82, 3, 4, 3, 3, 5])[
            0
        ]
        key = f"{kind} {self._seed} {number}"
        amount: Any = 1.5 if kind == "float" else 5000 if kind == "much" else rng.randint(1, 3)
        function = rng.choice(["deposit_received", "request_withdrawal", "transfer"])
        if function == "deposit_received":
            row = w.deposit(account, 1, bank_reference=key)
        elif function == "transfer":
            row = w.transfer(self._sign(), account, rng.choice(self._accounts), 1, key=key)
        else:
            row = w.withdrawal(self._sign(), account, 1, key=key)
        return Asked(function, {**row, "amount": amount if kind == "float" else w.Decimal(amount)},
                     key)  # fmt: skip

    # ------------------------------------------------------------------ faults

    async def _fail(self, line: Line, callers: "asyncio.Task[None]") -> None:
        faults = (self._kill, self._hold, self._stall, self._swallow, self._cut, self._rest)
        while not callers.done():
            fault = self._rng.choice(faults)
            self.counted[fault.__name__[1:]] += 1
            await fault(line)
            await asyncio.sleep(self._rng.uniform(0, 0.8))

    async def _kill(self, _: Line) -> None:
        self._world.admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and application_name like 'financebuy %'"
        )  # fmt: skip

    async def _hold(self, _: Line) -> None:
        """Another session holds an account, for less or more than a batch waits for it."""
        account = self._rng.choice(self._accounts)
        url = self._world.database.admin_url
        async with await psycopg.AsyncConnection.connect(url) as holder:
            query = "select 1 from accounts where account_id = %s for update"
            await holder.execute(query, (account,))
            await asyncio.sleep(self._rng.choice([0.05, 0.2, 0.4, 1.3]))

    async def _stall(self, line: Line) -> None:
        line.stall()
        await asyncio.sleep(self._rng.choice([0.05, 0.1, 0.2, 0.6]))
        line.flow()

    async def _swallow(self, line: Line) -> None:
        """What was asked is done, and nobody hears of it."""
        line.stall(answers_alone=True)
        await asyncio.sleep(self._rng.choice([0.05, 0.3]))
        line.cut()
        line.flow()

    async def _cut(self, line: Line) -> None:
        line.cut()

    async def _rest(self, _: Line) -> None:
        await asyncio.sleep(0.2)

    # ------------------------------------------------------------------ judging

    async def _recovered(self, writers: dict[str, CommandWriter]) -> None:
        """Every account takes commands again, and the whole queue is free."""
        for _ in range(100):
            rows = [w.deposit(self._accounts[n % 3], 1) for n in range(WAITING)]
            answers = await asyncio.gather(
                *(writers[BANK].submit("deposit_received", row) for row in rows),
                return_exceptions=True,
            )
            if all(isinstance(each, Verdict) for each in answers):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(answers)

    def _judge(self) -> None:
        # What it was before anybody repeats anything.
        before = self._commands()
        for one in self._asked:
            assert one.answer, one
            self.counted[one.answer] += 1
            if one.wrote_nothing and not one.asked_twice:
                assert one.key not in before, one
        self._judge_unknown(before)
        commands, effects = self._commands(), self._effects()
        for one in self._asked:
            command = commands.get(one.key)
            if one.answer == "accepted":
                assert one.verdict
                assert command == one.verdict.command_id, one
                assert effects[command] == self._once[one.function], one
            elif one.answer == "refused":
                assert command not in effects, one
        for role in (BANK, CUSTOMER):
            for account in self._accounts:
                self._judge_order(role, account)
        assert self._world.check_books() == {}

    def _judge_unknown(self, before: dict[str, UUID]) -> None:
        """A repeat with the key tells what became of it, and does nothing twice."""
        for one in self._asked:
            if one.answer not in {"unknown", "given up"} or not one.key.startswith(
                ("good", "slow")
            ):
                continue
            row = one.row if one.row["identity"] is None else {**one.row, "identity": self._sign()}
            verdict = self._world.do(one.function, row)
            assert verdict.outcome in {"accepted", "refused"}, one
            assert verdict.replayed == (one.key in before), one
            assert before.setdefault(one.key, verdict.command_id) == verdict.command_id, one
            one.answer, one.verdict, one.asked_twice = verdict.outcome, verdict, True

    def _judge_order(self, role: str, account: UUID) -> None:
        """Those whose callers know that they were written are in the order of their submission."""
        ours = [
            one.verdict.command_id
            for one in self._asked
            if one.verdict and one.answer == "accepted" and not one.asked_twice
            and ROLES[one.function] == role and one.row["account_id"] == account
        ]  # fmt: skip
        events = self._world.rows(
            "select command_id, min(event_seq) as seq from outbox where account_id = %s"
            " group by command_id", account,
        )  # fmt: skip
        at = {row["command_id"]: row["seq"] for row in events}
        places = [at[command] for command in ours]
        assert places == sorted(places), (self._seed, role, account, places)

    def _commands(self) -> dict[str, UUID]:
        """Which command each key stands for."""
        rows = self._world.rows("select key, command_id from idempotency_keys")
        return {row["key"]: row["command_id"] for row in rows}

    def _effects(self) -> dict[UUID, list[str]]:
        """What each command left in the books: as many rows of each table."""
        return {row["command_id"]: row["did"] for row in self._world.rows(EFFECTS)}


async def storm(world: World, user: User, seed: int) -> Counter[str]:
    """One round; returns how many answers of each kind, and faults."""
    one_round = Storm(world, user, seed)
    await one_round.run()
    return one_round.counted
