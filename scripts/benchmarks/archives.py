# SPDX-License-Identifier: Apache-2.0
"""Artifact zips: making and unpacking them."""

import array
import os
import pathlib
import random
import shutil
from collections.abc import Callable

from .lab import Lab, medians, phase_milliseconds
from .report import Row

TEXT_COPIES = 20
FLOAT_MEGABYTES = 64
RANDOM_MEGABYTES = 256
SMALL_FILES = 20_000

BUILDSPEC = "version: 0.2\nphases: {build: {commands: [':']}}\nartifacts:\n  files:\n    - '**/*'\n  base-directory: data\n"


def measure_zips(lab: Lab) -> list[Row]:
    """The phase that makes the artifact, beside Info-ZIP on the same files."""
    lab.need("zip")
    rows: list[Row] = []
    cases = [
        ("a tree of source text", _make_text, 2, "-6", 5.0),
        ("one file of float32 weights", _make_floats, 1, "-6", 2.5),
    ]
    for name, make, rounds, level, times in cases:
        with lab.folder("zip") as root:
            size = _make_project(lab, root, make)
            took, bytes = _measure_zip(lab, root, rounds, level)
        rows.append(Row(f"zip, {name}", "MB/s", size / took["ours"], size / took["zip"], at_least=times, note=f"zip {level}"))
        rows.append(Row(f"zip, {name}: size", "MB", bytes["ours"] / 1e6, bytes["zip"] / 1e6, at_most=1.01))
    with lab.folder("zip") as root:
        size = _make_project(lab, root, _make_random)
        took, _ = _measure_zip(lab, root, 2, "-0")
    rows.append(
        Row("zip, incompressible", "MB/s", size / took["ours"], size / took["zip"], at_least=250, compares="value", note="zip -0")
    )
    return rows


def _make_project(lab: Lab, root: pathlib.Path, make: Callable[[Lab, pathlib.Path], None]) -> float:
    """Makes the files to pack; gives their size in kilobytes, so that with milliseconds it is megabytes a second."""
    data = root / "tree" / "data"
    data.mkdir(parents=True)
    (root / "tree" / "buildspec.yml").write_text(BUILDSPEC)
    make(lab, data)
    return sum(path.stat().st_size for path in data.rglob("*") if path.is_file()) / 1000


def _measure_zip(lab: Lab, root: pathlib.Path, rounds: int, level: str) -> tuple[dict[str, float], dict[str, int]]:
    bytes: dict[str, int] = {}

    def ours() -> float:
        build = lab.build(root / "tree", "--in-place", "-a", root / "out")
        bytes["ours"] = (root / "out" / "artifacts.zip").stat().st_size
        return phase_milliseconds(build, "UPLOAD_ARTIFACTS")

    def zip() -> float:
        path = root / "baseline.zip"
        path.unlink(missing_ok=True)
        elapsed = lab.time("zip", "-q", "-r", level, path, ".", cwd=root / "tree" / "data")
        bytes["zip"] = path.stat().st_size
        return elapsed

    return medians(rounds, ours=ours, zip=zip), bytes


def measure_unpacking(lab: Lab) -> list[Row]:
    """Fetching an artifact of many small files from the daemon's store and unpacking it, beside bsdtar."""
    lab.need("bsdtar")
    with lab.folder("unpack") as root:
        data = root / "data"
        _make_small_files(data)
        lab.make_repository(
            root / "clone",
            buildspec=f"version: 0.2\nphases:\n  build:\n    commands:\n      - cp -r {data} data\n"
            "artifacts:\n  files: ['**/*']\n  base-directory: data\n",
        )
        home = root / "home"
        out = root / "out"
        with lab.daemon(home) as daemon:
            lab.nacre("repo", "create", "small", home=home)
            lab.run("git", "push", "-q", home / "repos" / "small.git", "main", cwd=root / "clone")
            daemon.wait_for_builds(1)
            lab.nacre("artifacts", "get", "latest", "-o", root, home=home)

            def ours() -> float:
                out.mkdir()
                elapsed = lab.time(lab.programs / "nacre", "artifacts", "get", "latest", "--unpacked", "-o", out, home=home)
                shutil.rmtree(out)
                return SMALL_FILES / elapsed

            def bsdtar() -> float:
                out.mkdir()
                elapsed = lab.time("bsdtar", "-x", "-f", root / "artifacts.zip", "-C", out)
                shutil.rmtree(out)
                return SMALL_FILES / elapsed

            rate = medians(3, ours=ours, bsdtar=bsdtar)
    return [Row("unpacking 20,000 small files", "k/s", rate["ours"], rate["bsdtar"], at_least=1.5, note="bsdtar -x")]


# Files

def _make_text(lab: Lab, path: pathlib.Path) -> None:
    for index in range(TEXT_COPIES):
        shutil.copytree(lab.sources, path / f"copy{index}")


def _make_floats(_: Lab, path: pathlib.Path) -> None:
    write_floats(path / "weights.bin", FLOAT_MEGABYTES)


def write_floats(path: pathlib.Path, megabytes: int) -> None:
    """Normally distributed weights; the block that is repeated is far longer than deflate looks back."""
    generator = random.Random(1)
    block = array.array("f", (generator.gauss(0, 0.05) for _ in range(1 << 20))).tobytes()
    with path.open("wb") as file:
        for _ in range(megabytes // 4):
            file.write(block)


def _make_random(_: Lab, path: pathlib.Path) -> None:
    with (path / "random.bin").open("wb") as file:
        for _ in range(RANDOM_MEGABYTES):
            file.write(os.urandom(1 << 20))


def _make_small_files(path: pathlib.Path) -> None:
    for index in range(SMALL_FILES):
        folder = path / f"{index // 200:03}"
        if index % 200 == 0:
            folder.mkdir(parents=True)
        (folder / f"{index}.txt").write_text(f"sample {index} of the set\n" * 40)
