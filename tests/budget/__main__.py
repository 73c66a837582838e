"""Measure what commands cost, and lower their budgets to it: `make budgets`.

python -m tests.budget                 lower what became cheaper, tell what became dearer
python -m tests.budget --raise         raise budgets too; the commit says why
python -m tests.budget place_order     the statements of a command, and write nothing
"""

import argparse
import os
import sys
from pathlib import Path

from financebuy.cluster.binaries import programs_at
from financebuy.cluster.throwaway import throwaway_server
from tests.budget.budgets import HERE, Budgets, differences, read, renewed, write
from tests.budget.measuring import measure, server_version, statements
from tests.budget.stage import Prepared, prepared
from tests.support.databases import clone, make_template


def main() -> int:
    """Return 1 where a figure is above its budget, which stays."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.budget", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("case", nargs="*", help="a command whose statements are told")
    parser.add_argument("--raise", action="store_true", dest="may_rise", help="raise budgets too")
    given = parser.parse_args()
    chosen = os.environ.get("TEST_POSTGRES_BIN")
    programs = programs_at(Path(chosen)) if chosen else None
    with throwaway_server(programs=programs) as server, prepared(make_template(server)) as stage:
        if given.case:
            return _tell(stage, given.case)
        path = HERE / f"postgresql-{server_version(stage.database)}.toml"
        with clone(stage.database) as database:
            return _record(path, measure(database, stage.cases), may_rise=given.may_rise)


def _tell(stage: Prepared, cases: list[str]) -> int:
    for case in cases:
        with clone(stage.database) as database:
            _say(f"{case}, alone:", *statements(database, case, stage.cases[case]))
    return 0


def _record(path: Path, measured: Budgets, *, may_rise: bool) -> int:
    budgets = read(path)
    known = {case: sizes for case, sizes in measured.items() if case in budgets}
    found = list(differences(budgets, known))
    write(path, renewed(budgets, measured, may_rise=may_rise))
    _say(*found, f"{path.name}: {len(measured)} cases, {len(found)} figures differed")
    above = sum(each.is_dearer for each in found)
    if above and not may_rise:
        _say(f"{above} are above their budgets, which stay: --raise raises them")
        return 1
    return 0


def _say(*lines: object) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
