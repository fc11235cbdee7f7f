# SPDX-License-Identifier: Apache-2.0
"""`nacre lint` on files that mean harm."""

from .lab import Lab, medians
from .report import Row

MEGABYTE = 1 << 20


def _fill(line: str) -> str:
    return (line * (1 + MEGABYTE // len(line)))[:MEGABYTE]


def _hostile_files() -> dict[str, str]:
    keys = "".join(f"key{index}: value\n" for index in range(80_000))[:MEGABYTE]
    aliases = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"k{index}: &k{index} [{', '.join(['*' + ('a' if index == 0 else f'k{index - 1}')] * 9)}]\n" for index in range(20_000)
    )
    commands = "version: 0.2\nphases:\n  build:\n    commands:\n" + _fill("      - echo one && echo two\n").rsplit("\n", 1)[0] + "\n"
    return {
        "brackets": _fill("["),
        "nested maps": _fill("{a: "),
        "unknown keys": "version: 0.2\n" + keys,
        "one key again and again": _fill("version: 0.2\n"),
        "an alias bomb": aliases[:MEGABYTE],
        "tabs": _fill("\t"),
        "commands": commands,
        "one long line": "version: 0.2\nx: '" + _fill("x") + "'\n",
        "control characters": _fill("\x01\x02"),
    }


def measure_hostile_files(lab: Lab) -> list[Row]:
    """The slowest of several files of one megabyte."""
    with lab.folder("lint") as root:
        took: dict[str, float] = {}
        for name, text in _hostile_files().items():
            path = root / "buildspec.yml"
            path.write_text(text)
            took[name] = medians(5, ours=lambda: lab.time(lab.programs / "nacre", "lint", path, ok=(0, 3)))["ours"]
    worst = max(took, key=lambda name: took[name])
    return [Row("nacre lint, a hostile megabyte", "ms", took[worst], at_most=100, compares="value", note=f"worst: {worst}")]
