"""Draw the tables and their links as SVG: areas as columns, tables as boxes, links as curves."""

from dataclasses import dataclass
from html import escape

from tools.catalogue import Table

# Who belongs together, from left to right; what is in none of them comes last. Links that have no
# foreign key, because it would lock a row that every command touches, are drawn dashed.
AREAS: dict[str, tuple[str, ...]] = {
    "People": ("users", "personal_data_keys", "credentials", "api_keys", "approvals", "audit_log"),
    "Accounts": (
        "account_owners", "accounts", "transfers", "account_transfers", "exchange_rates",
        "settlements", "exceptions",
    ),
    "Ledger": (
        "transactions", "entries", "reversals", "closing_balances", "closing_events",
        "closed_months", "outbox", "idempotency_keys",
    ),
    "Trading": (
        "orders", "order_events", "order_transitions", "order_lots", "executions", "lots",
        "lot_closures", "holdings",
    ),
    "Market": (
        "assets", "securities", "security_prices", "price_bars", "corporate_actions",
        "entitlements", "share_receipts", "fee_schedules",
    ),
}  # fmt: skip
LOGICAL = {
    ("entries", "transaction_id"): "transactions",
    ("entries", "account_id"): "accounts",
    ("entries", "asset_id"): "assets",
    ("reversals", "reversed_id"): "transactions",
    ("order_events", "order_id"): "orders",
    ("lot_closures", "execution_id"): "executions",
    ("transactions", "execution_id"): "executions",
    ("transactions", "transfer_id"): "transfers",
    ("closing_balances", "account_id"): "accounts",
    ("outbox", "account_id"): "accounts",
}
WIDTH, ROW, HEAD, GAP, LANE, TOP = 190, 15, 22, 16, 90, 60
COLOURS = ("#7c5cbf", "#2f7d6d", "#b3541e", "#1f6fb2", "#8a6d1a", "#555555")
STYLE = """
text { font: 11px ui-sans-serif, "DejaVu Sans", sans-serif; fill: #222 }
.area { font-size: 15px; font-weight: 600 }
.name { font-weight: 600; fill: #fff }
.type { fill: #667 }
.link { fill: none; stroke-width: 1.2; opacity: .55 }
"""


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn table: its left upper corner, its shown columns and their heights."""

    table: Table
    left: int
    top: int
    colour: str
    shown: list[str]

    @property
    def height(self) -> int:
        """In pixels."""
        return HEAD + ROW * len(self.shown) + 5

    def row(self, column: str) -> int:
        """Height of the middle of a column's line."""
        return self.top + HEAD + ROW * self.shown.index(column) + ROW // 2 + 2


def draw(tables: list[Table]) -> str:
    """Return the diagram of the tables; views are left out."""
    boxes = _place([each for each in tables if not each.is_view])
    width = max(box.left for box in boxes.values()) + WIDTH + GAP + LANE // 3
    height = max(box.top + box.height for box in boxes.values()) + GAP
    parts = [
        "<!-- Made by `make reference`. -->",
        _begin(width, height),
        f"<style>{STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    heads = {box.left: (area, box.colour) for area, box in _firsts(boxes)}
    parts += [
        f'<text class="area" x="{left}" y="{TOP - 24}" style="fill: {colour}">{area}</text>'
        for left, (area, colour) in heads.items()
    ]
    parts += [_link(*each) for each in _links(boxes)]
    parts += [_box(box) for box in boxes.values()]
    return "\n".join([*parts, "</svg>", ""])


def _begin(width: int, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label="Tables and their links">'
    )


def _place(tables: list[Table]) -> dict[str, Box]:
    by_name = {table.name: table for table in tables}
    known = {name for names in AREAS.values() for name in names}
    areas = [*AREAS.values(), tuple(sorted(set(by_name) - known))]
    boxes: dict[str, Box] = {}
    for number, names in enumerate(areas):
        top = TOP
        for name in names:
            if name in by_name:
                left = GAP + number * (WIDTH + LANE)
                table = by_name[name]
                boxes[name] = Box(table, left, top, COLOURS[number], _shown(table))
                top += boxes[name].height + GAP
    return boxes


def _firsts(boxes: dict[str, Box]) -> list[tuple[str, Box]]:
    titles = [*AREAS, "Platform"]
    return [
        (title, next(box for box in boxes.values() if box.colour == colour))
        for title, colour in zip(titles, COLOURS, strict=True)
    ]


def _shown(table: Table) -> list[str]:
    """The columns of keys and links, in the table's order."""
    linked = {name for each in table.constraints if each.kind in "pf" for name in each.columns}
    linked |= {column for name, column in LOGICAL if name == table.name}
    return [column.name for column in table.columns if column.name in linked]


def _links(boxes: dict[str, Box]) -> list[tuple[Box, str, Box, bool]]:
    found = [
        (box, each.columns[0], boxes[each.target], True)
        for box in boxes.values()
        for each in box.table.constraints
        if each.kind == "f" and each.target in boxes
    ]
    declared = {(box.table.name, column) for box, column, _, _ in found}
    for (name, column), target in LOGICAL.items():
        if name in boxes and (name, column) not in declared:
            found.append((boxes[name], column, boxes[target], False))
    return found


def _link(box: Box, column: str, target: Box, declared: bool) -> str:
    """A curve from a column to the head of the table that it names."""
    start_y, end_y = box.row(column), target.top + HEAD // 2
    if target.left > box.left:
        start_x, end_x, bend = box.left + WIDTH, target.left, LANE // 2
        bends = (start_x + bend, end_x - bend)
    elif target.left < box.left:
        start_x, end_x, bend = box.left, target.left + WIDTH, LANE // 2
        bends = (start_x - bend, end_x + bend)
    else:
        start_x = end_x = box.left + WIDTH
        bends = (start_x + LANE // 3, end_x + LANE // 3)
    dash = "" if declared else ' stroke-dasharray="4 3"'
    return (
        f'<path class="link" stroke="{target.colour}"{dash} d="M{start_x},{start_y}'
        f' C{bends[0]},{start_y} {bends[1]},{end_y} {end_x},{end_y}"/>'
        f'<circle cx="{end_x}" cy="{end_y}" r="2.6" fill="{target.colour}"/>'
    )


def _box(box: Box) -> str:
    x, y = box.left, box.top
    frame = f'rx="4" fill="#fff" stroke="{box.colour}"'
    head = f"M{x},{y + HEAD} v-{HEAD - 4} q0,-4 4,-4 h{WIDTH - 8} q4,0 4,4 v{HEAD - 4} z"
    lines = [
        f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{box.height}" {frame}/>',
        f'<path d="{head}" fill="{box.colour}"/>',
        f'<text class="name" x="{x + 8}" y="{y + 15}">{escape(box.table.name)}</text>',
    ]
    keys = {n for each in box.table.constraints if each.kind == "p" for n in each.columns}
    types = {column.name: column.type for column in box.table.columns}
    for name in box.shown:
        middle = box.row(name) + 4
        weight = ' font-weight="600"' if name in keys else ""
        lines.append(f'<text x="{x + 8}" y="{middle}"{weight}>{escape(name)}</text>')
        short = types[name].replace("timestamp with time zone", "timestamptz")
        lines.append(
            f'<text class="type" x="{x + WIDTH - 8}" y="{middle}" text-anchor="end">'
            f"{escape(short)}</text>"
        )
    return "\n".join(lines)
