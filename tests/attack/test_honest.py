"""The control of the attacks: what they differ from by one thing is accepted."""

from collections.abc import Callable

from tests.attack.bodies import REFUSED, request
from tests.attack.honest import Owner
from tests.attack.surface import operations


def test_each_operation_takes_an_honest_request(
    attacker: Owner, tell: Callable[[str], None]
) -> None:
    refused = {}
    for operation in operations():
        answer = attacker.call(operation, **request(attacker, operation))
        if not answer.is_success:
            refused[operation.name] = answer.json()["type"].rpartition(":")[2]
    assert refused == REFUSED
    tell(f"{len(list(operations()))} operations, {len(refused)} need a device or the sealer")
