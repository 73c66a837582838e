"""A report as a picture: in each scenario a bar a place, as long as its rate, its p99 beside."""

from collections.abc import Sequence
from itertools import groupby
from textwrap import wrap
from xml.etree import ElementTree as ET

from financebuy.bench.entrants import OURS
from financebuy.bench.report import Line, Report

_NAMESPACE = "http://www.w3.org/2000/svg"
_WIDTH, _LABELS, _FIGURES = 960, 240, 240
_MOST_CHARACTERS = 140
_ROW, _BAR, _HEADING, _MARGIN = 20, 14, 40, 16
_OURS_COLOUR, _THEIR_COLOUR, _INK, _FAINT = "#0b6e4f", "#9aa5b1", "#1f2933", "#52606d"


def as_svg(report: Report) -> str:
    """Draw it. Bars of one scenario share a scale; a thin line is the spread of the rounds."""
    groups = [list(lines) for _, lines in groupby(report.lines, key=lambda line: line.scenario)]
    footer = _footer(report)
    height = (
        2 * _MARGIN + _ROW * len(footer) + sum(_HEADING + _ROW * len(lines) for lines in groups)
    )
    root = ET.Element(
        "svg", {"font-family": "sans-serif", "font-size": "12"}, xmlns=_NAMESPACE, role="img",
        viewBox=f"0 0 {_WIDTH} {height}", width=str(_WIDTH), height=str(height),
    )  # fmt: skip
    ET.SubElement(root, "title").text = "Commands a second, FinanceBuy and its rivals"
    ET.SubElement(root, "rect", width="100%", height="100%", fill="#ffffff")
    y = _MARGIN
    for lines in groups:
        y = _group(root, y, lines)
    for number, words in enumerate(footer):
        _text(root, _MARGIN, y + _ROW * (number + 1), _FAINT, words)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _footer(report: Report) -> list[str]:
    """What the figures were measured by, in lines that fit."""
    here = report.circumstances
    facts = (
        f"{report.rounds} rounds of {report.seconds_each:g} s, medians; thin lines: quartiles ·"
        f" {here.cores} cores, load {here.load:g} before · version {here.version}"
    )
    return [facts, *wrap(report.command, _MOST_CHARACTERS, break_on_hyphens=False)]


def _group(root: ET.Element, y: int, lines: Sequence[Line]) -> int:
    """Draw a scenario from `y` on; returns where the next one begins."""
    heading = _text(root, _MARGIN, y + _HEADING - 14, _INK, f"{lines[0].scenario}: commands/s")
    heading.set("font-weight", "bold")
    most = max(line.per_second.high for line in lines) or 1.0
    scale = (_WIDTH - _LABELS - _FIGURES - _MARGIN) / most
    y += _HEADING
    for line in lines:
        _bar(root, y, line, scale)
        y += _ROW
    return y


def _bar(root: ET.Element, y: int, line: Line, scale: float) -> None:
    rate, base = line.per_second, y + _BAR - 3
    label = _text(root, _LABELS - 8, base, _INK, f"{line.contender}, {line.in_flight} in flight")
    label.set("text-anchor", "end")
    colour = _OURS_COLOUR if line.contender == OURS else _THEIR_COLOUR
    ET.SubElement(
        root, "rect", x=str(_LABELS), y=str(y), width=_number(rate.median * scale),
        height=str(_BAR), fill=colour,
    )  # fmt: skip
    middle = _number(y + _BAR / 2)
    ET.SubElement(
        root, "line", x1=_number(_LABELS + rate.low * scale), y1=middle,
        x2=_number(_LABELS + rate.high * scale), y2=middle, stroke=_INK,
    )  # fmt: skip
    _text(
        root, _WIDTH - _FIGURES, base, _INK,
        f"{rate.median:,.0f}/s · p99 {line.p99.median:.1f} ms · {line.cpu.median:.0f} µs CPU",
    )  # fmt: skip


def _text(root: ET.Element, x: float, y: float, colour: str, words: str) -> ET.Element:
    element = ET.SubElement(root, "text", x=_number(x), y=_number(y), fill=colour)
    element.text = words
    return element


def _number(value: float) -> str:
    return f"{value:.1f}"
