"""The goals of a report: each a bar that reaches the line when it is met."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from financebuy.bench import drawing
from financebuy.bench.report import Verdict

_MARGIN, _BARS, _WIDTH, _FIGURES = 16, 560, 240, 816
_ROW, _BAR, _HEADING = 20, 14, 46
_FURTHEST = 10.0
"""How many times a goal may be missed or surpassed on the scale."""
_SMALL = "11"


def goals_height(goals: Sequence[Verdict]) -> int:
    """What `draw_goals` needs."""
    return 0 if not _measured(goals) else _HEADING + _ROW * (len(_measured(goals)) + 1)


def draw_goals(root: ET.Element, y: int, goals: Sequence[Verdict]) -> int:
    """Draw those that were measured from `y` on; returns where it ends."""
    measured = _measured(goals)
    if not measured:
        return y
    scale = drawing.LogScale(_BARS, _WIDTH, 1 / _FURTHEST, _FURTHEST)
    end, line = y + goals_height(goals), scale.at(1.0)
    drawing.heading(root, _MARGIN, y + 18, "Goals that were measured")
    drawing.text(root, line, y + 34, "met from here", drawing.FAINT, "middle")
    for number, (verdict, margin) in enumerate(measured):
        _goal(root, y + _HEADING + _ROW * number, verdict, scale, margin)
    drawing.line(root, (line, y + 40), (line, end - _ROW), drawing.INK)
    return end


def _goal(
    root: ET.Element, y: int, verdict: Verdict, scale: drawing.LogScale, margin: float
) -> None:
    assert verdict.measured is not None  # noqa: S101 (those without are left out)
    colour = drawing.MET_COLOUR if margin >= 1 else drawing.MISSED_COLOUR
    words = f"{verdict.goal}  {verdict.bar}"
    drawing.text(root, _MARGIN, y + _BAR - 3, words).set("font-size", _SMALL)
    drawing.bar(root, scale.x, y, scale.at(margin) - scale.x, _BAR, colour)
    told = f"{verdict.measured.median:.3g}: {verdict.verdict}"
    if verdict.run is not None:
        told += f" (run {verdict.run})"
    drawing.text(root, _FIGURES, y + _BAR - 3, told, colour)


def _measured(goals: Sequence[Verdict]) -> list[tuple[Verdict, float]]:
    return [(each, each.margin) for each in goals if each.margin is not None]
