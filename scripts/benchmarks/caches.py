# SPDX-License-Identifier: Apache-2.0
"""What a cache costs: saving and restoring it."""

import pathlib
import shutil

from .lab import Lab, medians, phase_milliseconds
from .report import Row

FILES = 5_000


def measure_cache(lab: Lab) -> list[Row]:
    """The phases that save and restore a tree of many files, each beside `cp -a` of the same."""
    with lab.folder("cache") as root:
        source = root / "source"
        _make_files(source)
        tree = root / "tree"
        tree.mkdir()
        rounds = 0

        def save() -> float:
            # Under a new name each time: nothing is saved twice.
            nonlocal rounds
            rounds += 1
            (tree / "buildspec.yml").write_text(_buildspec(f"round-{rounds}", f"cp -a {source} data"))
            return phase_milliseconds(lab.build(tree), "UPLOAD_ARTIFACTS")

        def restore() -> float:
            (tree / "buildspec.yml").write_text(_buildspec(f"round-{rounds}", f"test -e data/{_name(FILES - 1)}"))
            return phase_milliseconds(lab.build(tree), "DOWNLOAD_SOURCE")

        def copy() -> float:
            elapsed = lab.time("cp", "-a", source, root / "copy")
            shutil.rmtree(root / "copy")
            return elapsed

        took = medians(5, save=save, restore=restore, copy=copy)
    return [
        Row("saving a cache of 5,000 files", "ms", took["save"], took["copy"], at_most=4, note="cp -a"),
        Row("restoring it", "ms", took["restore"], took["copy"], at_most=2, note="cp -a"),
    ]


def _buildspec(key: str, command: str) -> str:
    return (
        f"version: 0.2\nphases:\n  build:\n    commands:\n      - {command}\ncache:\n  key: {key}\n  paths:\n    - 'data/**/*'\n"
    )


def _name(index: int) -> str:
    return f"{index // 100:03}/{index}.txt"


def _make_files(path: pathlib.Path) -> None:
    for index in range(FILES):
        file = path / _name(index)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"object {index} of the cache\n" * 150)
