# SPDX-License-Identifier: Apache-2.0
"""What a push costs, and what it sets off."""

import pathlib
import statistics
import time

from .lab import Daemon, Lab, wait_until
from .report import Row

PUSH_ROUNDS = 25
THROUGHPUT_ROUNDS = 3
BUILDS = 200

# What a team writes without a CI system: every pushed commit into a folder of its own, then its
# script, its output kept and the folder removed.
HAND_WRITTEN_HOOK = """#!/bin/sh
while read -r old new ref; do
    mkdir {work}/$new
    git archive "$new" | tar -x -C {work}/$new
    (cd {work}/$new && bash build.sh) > {work}/$new.log 2>&1
    rm -rf {work}/$new
done
"""


def measure_pushes(lab: Lab) -> list[Row]:
    """How long the pusher waits, and when the build's first command runs."""
    with lab.folder("push") as root:
        stamp = root / "stamp"
        command = f"date +%s%N > {stamp}.new && mv {stamp}.new {stamp}"
        clone = root / "clone"
        lab.make_repository(
            clone,
            buildspec=f"version: 0.2\nphases:\n  build:\n    commands:\n      - {command}\n",
            script=command + "\n",
        )
        work = root / "work"
        work.mkdir()
        home = root / "home"
        with lab.daemon(home) as daemon:
            lab.nacre("repo", "create", "hosted", home=home)
            watched = lab.make_bare(root / "watched.git")
            lab.nacre("repo", "add", "--no-hooks", watched, home=home)
            targets = {
                "plain": lab.make_bare(root / "plain.git"),
                "hand": lab.make_bare(root / "hand.git", HAND_WRITTEN_HOOK.format(work=work)),
                "hosted": home / "repos" / "hosted.git",
                "watched": watched,
            }
            waits, firsts = _push_rounds(lab, daemon, clone, targets, stamp)
        # The daemon is down from here on.
        down: list[float] = []
        for index in range(PUSH_ROUNDS):
            lab.run("git", "commit", "-q", "--allow-empty", "-m", f"without daemon {index}", cwd=clone)
            down.append(lab.time("git", "push", "-q", targets["hosted"], "HEAD:refs/heads/main", cwd=clone))
    plain = statistics.median(waits["plain"])
    return [
        Row("the pusher waits, hook in place", "ms", statistics.median(waits["hosted"]), plain, at_most=1.6),
        Row("the pusher waits, daemon down", "ms", statistics.median(down), plain, at_most=1.6),
        Row("the pusher waits, watcher only", "ms", statistics.median(waits["watched"]), plain, at_most=1.05),
        Row(
            "push → first command",
            "ms",
            statistics.median(firsts["hosted"]),
            statistics.median(firsts["hand"]),
            at_most=1.0,
        ),
        Row("push → first command, watcher only", "ms", statistics.median(firsts["watched"]), statistics.median(firsts["hand"])),
    ]


def _push_rounds(
    lab: Lab, daemon: Daemon, clone: pathlib.Path, targets: dict[str, pathlib.Path], stamp: pathlib.Path
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Pushes each round's commit everywhere, a different place first each time; milliseconds until the push returned, and
    until the first command ran."""
    waits: dict[str, list[float]] = {name: [] for name in targets}
    firsts: dict[str, list[float]] = {name: [] for name in targets}
    names = list(targets)
    built = 0
    for index in range(PUSH_ROUNDS + 1):
        lab.run("git", "commit", "-q", "--allow-empty", "-m", f"round {index}", cwd=clone)
        start = index % len(names)
        for name in names[start:] + names[:start]:
            stamp.unlink(missing_ok=True)
            began = time.time_ns()
            waited = lab.time("git", "push", "-q", targets[name], "HEAD:refs/heads/main", cwd=clone)
            if name != "plain":
                wait_until(stamp.exists)
                first = (int(stamp.read_text()) - began) / 1e6
                if index > 0:
                    firsts[name].append(first)
            if index > 0:
                waits[name].append(waited)
            if name in ("hosted", "watched"):
                built += 1
                daemon.wait_for_builds(built)
    return waits, firsts


def measure_throughput(lab: Lab) -> list[Row]:
    """One push of many branches, each with a commit and a build of its own, until the last build is over."""
    with lab.folder("throughput") as root:
        clone = root / "clone"
        lab.make_repository(clone, buildspec="version: 0.2\nphases:\n  build:\n    commands:\n      - ':'\n")
        work = root / "work"
        work.mkdir()
        hand = lab.make_bare(root / "hand.git", HAND_WRITTEN_HOOK.format(work=work))
        home = root / "home"
        ours: list[float] = []
        baseline: list[float] = []
        with lab.daemon(home, jobs=2) as daemon:
            lab.nacre("repo", "create", "many", "--branches", "b/*", home=home)
            for index in range(THROUGHPUT_ROUNDS):
                _make_branches(lab, clone, index)
                ways = [(baseline, hand, 0), (ours, home / "repos" / "many.git", BUILDS * (index + 1))]
                for seconds, target, finished in ways if index % 2 == 0 else reversed(ways):
                    began = time.perf_counter()
                    lab.time("git", "push", "-qf", target, "refs/heads/b/*:refs/heads/b/*", cwd=clone)
                    if finished:
                        wait_until(lambda: daemon.finished_builds() >= finished)
                    seconds.append(time.perf_counter() - began)
    rate = BUILDS / statistics.median(ours)
    return [Row("no-op builds, two at once", "/s", rate, BUILDS / statistics.median(baseline), at_least=1.5)]


def _make_branches(lab: Lab, clone: pathlib.Path, round: int) -> None:
    """Points the branches b/0 and on to new commits of the same tree."""
    stream = "".join(
        f"commit refs/heads/b/{index}\ncommitter Bench <bench@example.invalid> {1_000_000_000 + round} +0000\n"
        f"data 6\nbranch\nfrom refs/heads/main\nM 100644 inline branch.txt\ndata {len(text)}\n{text}\n"
        for index in range(BUILDS)
        for text in [f"branch {index} in round {round}\n"]
    )
    lab.run("git", "fast-import", "--quiet", "--force", cwd=clone, input=stream.encode())
