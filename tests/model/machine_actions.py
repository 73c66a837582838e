"""Corporate actions, announced and applied."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.model import draws
from tests.model.machine_base import Machine
from tests.support import world as w


class ActionRules(Machine):
    """What issuers do to everybody's shares."""

    @rule(symbol=draws.some_symbol, ratio=st.sampled_from([(2, 1), (3, 2), (1, 10), (1, 7)]))
    def split(self, symbol: str, ratio: tuple[int, int]) -> None:
        clock = self.ledger.clock
        terms = w.split(self.securities[symbol], clock.session, *ratio, effective_at=clock.time)
        action = self.world.accepted("corporate_action", terms)
        while self.world.job("select fb.apply_corporate_action(%s, 1)", action):
            self.counted["job: apply_corporate_action"] += 1
        self.ledger.split(symbol, *ratio)
        self._compare()
