"""Reports as a picture: a bar a place, as long as its rate, then how near each goal is."""

from collections.abc import Sequence
from itertools import groupby
from textwrap import wrap
from xml.etree import ElementTree as ET

from financebuy.bench import drawing
from financebuy.bench.entrants import ONE_CALL, is_ours
from financebuy.bench.picture_goals import draw_goals, goals_height
from financebuy.bench.report import Line, Report
from financebuy.bench.runs import Runs

WIDTH, _LABELS, _FIGURES, _MARGIN = 960, 260, 240, 16
_MOST_CHARACTERS = 130
_ROW, _BAR, _TOP, _HEADING, _AXIS = 20, 14, 64, 28, 26
_LEGEND = (
    (16, drawing.OURS_COLOUR, "FinanceBuy"),
    (116, drawing.ONE_CALL_COLOUR, "one call a transaction, C client"),
    (336, drawing.THEIR_COLOUR, "other rivals"),
)
"""Where, which colour, for whom."""


def as_svg(runs: Runs) -> str:
    """Draw it. The scales are logarithmic; a thin line is the spread of the rounds."""
    groups = _groups(runs)
    footer = _footer(runs)
    height = _TOP + sum(_HEADING + _ROW * len(lines) + _AXIS for _, lines in groups)
    height += goals_height(runs.goals) + _ROW * len(footer) + _MARGIN
    root = ET.Element(
        "svg", {"font-family": "sans-serif", "font-size": "12"}, xmlns=drawing.NAMESPACE,
        role="img", viewBox=f"0 0 {WIDTH} {height}", width=str(WIDTH), height=str(height),
    )  # fmt: skip
    ET.SubElement(root, "title").text = "Commands a second, FinanceBuy and its rivals"
    ET.SubElement(root, "rect", width="100%", height="100%", fill="#ffffff")
    _legend(root)
    y = _TOP
    for heading, lines in groups:
        y = _group(root, y, heading, lines)
    y = draw_goals(root, y, runs.goals)
    for number, words in enumerate(footer):
        drawing.text(root, _MARGIN, y + _ROW * (number + 0.5), words, drawing.FAINT)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _groups(runs: Runs) -> list[tuple[str, list[Line]]]:
    """A heading and its bars: a scenario of a run."""
    found = groupby(runs.lines(), key=lambda each: (each[0], each[1].scenario))
    return [
        (f"{scenario} (run {run})" if runs.several else scenario, [line for _, line in lines])
        for (run, scenario), lines in found
    ]


def _footer(runs: Runs) -> list[str]:
    """What the figures were measured by, in lines that fit."""
    lines = []
    for number, run in enumerate(runs.runs, start=1):
        label = f"run {number}: " if runs.several else ""
        lines += [f"{label}{_facts(run)}"]
        lines += wrap(run.command, _MOST_CHARACTERS, break_on_hyphens=False)
    return lines


def _facts(run: Report) -> str:
    here = run.circumstances
    return (
        f"{run.rounds} rounds of {run.seconds_each:g} s, medians; thin lines: quartiles ·"
        f" {here.cores} cores, load {here.load:g} before · version {here.version}"
    )


def _legend(root: ET.Element) -> None:
    drawing.heading(root, _MARGIN, 24, "Commands a second (logarithmic)")
    for x, colour, words in _LEGEND:
        key = ET.SubElement(root, "circle", cx=str(x + 6), cy="42", r="6")
        key.set("fill", colour)
        drawing.text(root, x + 18, 46, words, drawing.FAINT)
    told = "rate · p99 · server's processor time"
    drawing.text(root, WIDTH - _FIGURES, 46, told, drawing.FAINT)


def _group(root: ET.Element, y: int, heading: str, lines: Sequence[Line]) -> int:
    """Draw a scenario from `y` on; returns where the next one begins."""
    drawing.heading(root, _MARGIN, y + _HEADING - 10, heading)
    y += _HEADING
    scale = drawing.LogScale.of_decades(
        _LABELS, WIDTH - _LABELS - _FIGURES - _MARGIN,
        min(each.per_second.median for each in lines), max(each.per_second.high for each in lines),
    )  # fmt: skip
    bottom = y + _ROW * len(lines)
    for value in scale.decades:
        x = scale.at(value)
        drawing.line(root, (x, y - 4), (x, bottom), drawing.GRID)
        drawing.text(root, x, bottom + 12, drawing.short(value), drawing.FAINT, "middle")
    for number, line in enumerate(lines):
        _bar(root, y + _ROW * number, line, scale)
    return bottom + _AXIS


def _bar(root: ET.Element, y: int, line: Line, scale: drawing.LogScale) -> None:
    rate, base, middle = line.per_second, y + _BAR - 3, y + _BAR / 2
    words = f"{line.contender}, {line.in_flight} in flight"
    drawing.text(root, _LABELS - 8, base, words, anchor="end")
    colour = _colour(line.contender)
    drawing.bar(root, scale.x, y, scale.at(rate.median) - scale.x, _BAR, colour)
    drawing.line(root, (scale.at(rate.low), middle), (scale.at(rate.high), middle), drawing.INK)
    words = f"{rate.median:,.0f}/s · {line.p99.median:,.1f} ms · {line.cpu.median:,.0f} µs"
    drawing.text(root, WIDTH - _FIGURES, base, words)


def _colour(contender: str) -> str:
    if is_ours(contender):
        return drawing.OURS_COLOUR
    return drawing.ONE_CALL_COLOUR if contender in ONE_CALL else drawing.THEIR_COLOUR
