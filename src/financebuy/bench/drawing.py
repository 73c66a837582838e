"""What the pictures are drawn with: SVG elements, colours, a logarithmic scale."""

from dataclasses import dataclass
from math import ceil, floor, log10
from xml.etree import ElementTree as ET

NAMESPACE = "http://www.w3.org/2000/svg"
INK, FAINT, GRID = "#1f2933", "#52606d", "#d5dbe1"
OURS_COLOUR, ONE_CALL_COLOUR, THEIR_COLOUR = "#0b6e4f", "#7b8794", "#c98a2b"
MET_COLOUR, MISSED_COLOUR = "#0b6e4f", "#b42318"
_KILO, _MEGA = 1_000, 1_000_000


@dataclass(frozen=True, slots=True)
class LogScale:
    """From `low` to `high` over so many units of width, from `x` on: equal steps, equal ratios."""

    x: float
    width: float
    low: float
    high: float

    @classmethod
    def of_decades(cls, x: float, width: float, least: float, most: float) -> "LogScale":
        """Whole powers of ten, so that the least has a bar too."""
        low = 10.0 ** floor(log10(least) - 0.01)
        return cls(x, width, low, max(10.0 ** ceil(log10(most)), 10 * low))

    def at(self, value: float) -> float:
        """Where a value is; outside of the scale, at its end."""
        share = log10(max(value, self.low) / self.low) / log10(self.high / self.low)
        return self.x + self.width * min(share, 1.0)

    @property
    def decades(self) -> list[float]:
        """Every power of ten on it."""
        return [10.0**n for n in range(round(log10(self.low)), round(log10(self.high)) + 1)]


def short(value: float) -> str:
    """A power of ten, in few characters."""
    if value >= _MEGA:
        return f"{value / _MEGA:g}M"
    return f"{value / _KILO:g}k" if value >= _KILO else f"{value:g}"


def bar(root: ET.Element, x: float, y: float, width: float, height: float, colour: str) -> None:
    """A bar."""
    ET.SubElement(
        root, "rect", x=number(x), y=number(y), width=number(width), height=number(height),
        fill=colour,
    )  # fmt: skip


def line(root: ET.Element, start: tuple[float, float], end: tuple[float, float], ink: str) -> None:
    """A thin line."""
    (x1, y1), (x2, y2) = start, end
    ET.SubElement(
        root, "line", x1=number(x1), y1=number(y1), x2=number(x2), y2=number(y2), stroke=ink
    )


def text(
    root: ET.Element, x: float, y: float, words: str, ink: str = INK, anchor: str = "start"
) -> ET.Element:
    """Words whose base line is at `y`."""
    element = ET.SubElement(root, "text", x=number(x), y=number(y), fill=ink)
    if anchor != "start":
        element.set("text-anchor", anchor)
    element.text = words
    return element


def heading(root: ET.Element, x: float, y: float, words: str) -> None:
    """Bold words."""
    text(root, x, y, words).set("font-weight", "bold")


def number(value: float) -> str:
    """A coordinate."""
    return f"{value:.1f}"
