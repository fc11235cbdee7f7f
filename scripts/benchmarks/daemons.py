# SPDX-License-Identifier: Apache-2.0
"""The daemon when nothing happens, and when it starts with a long past."""

import concurrent.futures
import contextlib
import pathlib
import shutil
import sqlite3
import time
import uuid

from .lab import Lab, medians
from .report import Row

REPOSITORIES = {1: 20.0, 100: None, 1000: 40.0}
PAST_BUILDS = 100_000
IDLE_SECONDS = 5


def measure_idle(lab: Lab) -> list[Row]:
    """Memory with few and many repositories, and processor time while nothing happens."""
    rows: list[Row] = []
    with lab.folder("idle") as root:
        lab.make_repository(root / "clone", buildspec="version: 0.2\nphases: {build: {commands: [':']}}\n")
        first = lab.make_bare(root / "r0.git")
        lab.run("git", "push", "-q", first, "main", cwd=root / "clone")
        home = root / "home"
        with lab.daemon(home) as daemon:
            count = 0
            for wanted, limit in REPOSITORIES.items():
                with concurrent.futures.ThreadPoolExecutor(4) as pool:
                    list(pool.map(lambda index: _add(lab, home, root, index), range(count, wanted)))
                count = wanted
                settle(lambda: daemon.cpu_milliseconds)
                memory = daemon.resident_megabytes
                name = f"idle daemon, {wanted} {'repository' if wanted == 1 else 'repositories'}"
                rows.append(Row(name, "MB", memory, at_most=limit, compares="value"))
            before = daemon.cpu_milliseconds
            time.sleep(IDLE_SECONDS)
            used = (daemon.cpu_milliseconds - before) / (IDLE_SECONDS * 10)
        # A freshly started one has not the memory that registering took.
        with lab.daemon(home) as daemon:
            settle(lambda: daemon.cpu_milliseconds)
            memory = daemon.resident_megabytes
            rows.append(Row("idle daemon, 1000 repositories, restarted", "MB", memory, at_most=40, compares="value"))
    # Less than 0.05 shows as 0.0.
    return rows + [Row("idle daemon, processor, 1000 repositories", "%", used, at_most=0.05, compares="value")]


def _add(lab: Lab, home: pathlib.Path, root: pathlib.Path, index: int) -> None:
    path = root / f"r{index}.git"
    if index > 0:
        shutil.copytree(root / "r0.git", path)
    lab.nacre("repo", "add", "--no-hooks", path, home=home)


def settle(value) -> None:
    """Waits until a value stays the same for half a second."""
    last = value()
    while True:
        time.sleep(0.5)
        now = value()
        if now == last:
            return
        last = now


def measure_restart(lab: Lab) -> list[Row]:
    """From the daemon's start to its being ready, with many past builds, beside a home with one."""
    with lab.folder("restart") as root:
        clone = root / "clone"
        lab.make_repository(clone, buildspec="version: 0.2\nphases: {build: {commands: [':']}}\n")
        young = root / "young"
        with lab.daemon(young) as daemon:
            lab.nacre("repo", "create", "app", home=young)
            lab.run("git", "push", "-q", young / "repos" / "app.git", "main", cwd=clone)
            daemon.wait_for_builds(1)
        old = root / "old"
        shutil.copytree(young, old, symlinks=True, ignore=shutil.ignore_patterns("control.sock"))
        _add_past(old / "nacre.db")

        def start(home: pathlib.Path) -> float:
            with lab.daemon(home) as daemon:
                return daemon.start_time

        took = medians(7, ours=lambda: start(old), young=lambda: start(young))
        with lab.daemon(old):
            listing = medians(5, ours=lambda: lab.time(lab.programs / "nacre", "list", "-n", "20", home=old))
    return [
        Row("restart with 100,000 past builds", "ms", took["ours"], took["young"], at_most=100, compares="value", note="with one"),
        Row("nacre list, of 100,000 builds", "ms", listing["ours"]),
    ]


def _add_past(journal: pathlib.Path) -> None:
    """Copies the one build and the one change that are there, under numbers of their own."""
    with contextlib.closing(sqlite3.connect(journal)) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(builds)") if row[1] != "seq"]
        template = dict(zip(columns, database.execute(f"SELECT {', '.join(columns)} FROM builds").fetchone()))
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO builds ({', '.join(columns)}) VALUES ({marks})"
        rows = (
            [{"uuid": str(uuid.UUID(int=number)), "number": number}.get(name, template[name]) for name in columns]
            for number in range(2, PAST_BUILDS + 1)
        )
        database.executemany(statement, rows)
        database.execute("UPDATE counters SET last_number = ?", [PAST_BUILDS])
        columns = [row[1] for row in database.execute("PRAGMA table_info(changes)") if row[1] != "seq"]
        names = ", ".join(columns)
        database.execute(
            f"INSERT INTO changes ({names}) SELECT {names} FROM changes, "
            f"(WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {PAST_BUILDS}) SELECT i FROM n)"
        )
        database.commit()
