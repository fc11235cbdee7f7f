# SPDX-License-Identifier: Apache-2.0
"""Rows of the result, and the table that people read."""

import dataclasses


@dataclasses.dataclass
class Row:
    """One measurement: Nacre's value, what it is compared with, and what it may be."""

    name: str
    unit: str
    ours: float
    baseline: float | None = None
    at_most: float | None = None
    at_least: float | None = None
    # What is held against the budget: the "ratio" to the baseline, the "difference" from it, or Nacre's "value" alone.
    compares: str = "ratio"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.baseline if self.baseline else None

    @property
    def judged(self) -> float:
        if self.compares == "ratio":
            assert self.ratio is not None, f"{self.name} has a budget of a ratio and no baseline"
            return self.ratio
        if self.compares == "difference":
            return self.ours - (self.baseline or 0)
        return self.ours

    @property
    def is_met(self) -> bool:
        if self.at_most is not None and self.judged > self.at_most:
            return False
        return self.at_least is None or self.judged >= self.at_least

    @property
    def budget(self) -> str:
        if self.at_most is None and self.at_least is None:
            return "–"
        sign, limit = ("≤", self.at_most) if self.at_most is not None else ("≥", self.at_least)
        suffix = {"ratio": " ×", "difference": f" {self.unit} more", "value": f" {self.unit}"}[self.compares]
        return f"{sign} {limit:g}{suffix}"

    def as_dictionary(self) -> dict:
        fields = {key: getattr(self, key) for key in ("name", "unit", "ours", "baseline", "ratio", "budget", "note")}
        return fields | {"met": self.is_met}


def number(value: float | None) -> str:
    """Three significant digits, never in exponents."""
    if value is None:
        return "–"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def print_table(rows: list[Row]) -> None:
    lines = [["what", "unit", "Nacre", "baseline", "ratio", "budget", ""]]
    for row in rows:
        ratio = f"{number(row.ratio)} ×" if row.ratio is not None else "–"
        verdict = "ok" if row.is_met else "MISS"
        if row.at_most is None and row.at_least is None:
            verdict = ""
        name = f"{row.name} ({row.note})" if row.note else row.name
        lines.append([name, row.unit, number(row.ours), number(row.baseline), ratio, row.budget, verdict])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for index, line in enumerate(lines):
        cells = [
            cell.ljust(width) if column in (0, 1, 6) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths))
        ]
        print("  ".join(cells).rstrip())
        if index == 0:
            print("  ".join("-" * width for width in widths).rstrip())
