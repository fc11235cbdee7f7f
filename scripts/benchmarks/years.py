# SPDX-License-Identifier: Apache-2.0
"""The daemon after a year: what a hundred thousand builds and ten thousand executions cost beside a hundred and ten."""

import contextlib
import json
import pathlib
import shutil
import sqlite3
import time
import uuid

from .daemons import settle
from .lab import Lab, medians, wait_until
from .report import Row

YOUNG = (100, 10)
OLD = (100_000, 10_000)
YEAR_MILLISECONDS = 364 * 24 * 3600 * 1000


def measure_year(lab: Lab) -> list[Row]:
    """From the daemon's start to its being ready, three looks at the newest things, and memory."""
    with lab.folder("year") as root:
        model = root / "model"
        _make_model(lab, root, model)
        homes = {}
        for name, counts in (("young", YOUNG), ("old", OLD)):
            homes[name] = root / name
            shutil.copytree(model, homes[name], symlinks=True, ignore=shutil.ignore_patterns("control.sock", "reserve"))
            _add_past(homes[name] / "nacre.db", *counts)

        def start(home: pathlib.Path) -> float:
            with lab.daemon(home) as daemon:
                return daemon.start_time

        took = medians(7, ours=lambda: start(homes["old"]), young=lambda: start(homes["young"]))
        memory = {}
        looks = {"nacre list": ["list"], "nacre show latest": ["show", "latest"], "nacre show PIPELINE/latest": ["show", "line/latest"]}
        with lab.daemon(homes["old"]) as old, lab.daemon(homes["young"]) as young:
            shown = {
                name: medians(
                    11,
                    ours=lambda: lab.time(lab.programs / "nacre", *words, home=homes["old"]),
                    young=lambda: lab.time(lab.programs / "nacre", *words, home=homes["young"]),
                )
                for name, words in looks.items()
            }
            for name, daemon in (("ours", old), ("young", young)):
                settle(lambda: daemon.cpu_milliseconds)
                memory[name] = daemon.resident_megabytes
            collected = lab.time(lab.programs / "nacre", "gc", "--dry-run", home=homes["old"])
    note = "100 builds, 10 executions"
    rows = [Row("start after a year", "ms", took["ours"], took["young"], at_most=100, compares="value", note=note)]
    for name, times in shown.items():
        rows.append(Row(f"{name}, after a year", "ms", times["ours"], times["young"], at_most=1.5, note=note))
    rows.append(Row("daemon, after a year", "MB", memory["ours"], memory["young"], at_most=1.5, note=note))
    rows.append(Row("nacre gc --dry-run, after a year", "ms", collected))
    return rows


def _make_model(lab: Lab, root: pathlib.Path, home: pathlib.Path) -> None:
    """A home with one build of a push, and one execution with its build."""
    lab.make_repository(root / "clone", buildspec="version: 0.2\nphases: {build: {commands: [':']}}\n")
    (root / "line.json").write_text(json.dumps(_pipeline()))
    with lab.daemon(home) as daemon:
        lab.nacre("repo", "create", "app", home=home)
        lab.run("git", "push", "-q", home / "repos" / "app.git", "main", cwd=root / "clone")
        daemon.wait_for_builds(1)
        lab.nacre("apply", root / "line.json", home=home)
        ended = "SELECT count(*) FROM executions WHERE status = 'Succeeded'"
        wait_until(lambda: daemon.journal.execute(ended).fetchone()[0] == 1)


def _add_past(journal: pathlib.Path, builds: int, executions: int) -> None:
    """Copies what is there, spread over the year that has passed, before it."""
    now = int(time.time() * 1000)
    with contextlib.closing(sqlite3.connect(journal)) as database:
        _copy(database, "builds", builds, lambda number: _build(number, now - _age(number, builds)))
        database.execute(
            "INSERT INTO finished_builds (build, project, succeeded, ended_at, kept_at, bytes) "
            "SELECT seq, project, 1, ended_at, ended_at, 4096 FROM builds "
            "WHERE seq NOT IN (SELECT build FROM finished_builds)"
        )
        record = json.loads(database.execute("SELECT record FROM executions").fetchone()[0])
        _copy(database, "executions", executions, lambda number: _execution(record, number, now - _age(number, executions)))
        database.execute(
            "INSERT OR IGNORE INTO artifact_uses (digest, kind, owner, size) SELECT u.digest, 'execution', e.seq, u.size "
            "FROM executions AS e, (SELECT DISTINCT digest, size FROM artifact_uses WHERE kind = 'execution') AS u"
        )
        _copy(database, "changes", builds, lambda number: {"at": now - _age(number, builds)})
        database.commit()


def _age(number: int, count: int) -> int:
    return YEAR_MILLISECONDS * (count + 2 - number) // (count + 2)


def _build(number: int, at: int) -> dict:
    # Numbers from on high: those that are there keep theirs.
    return {
        "uuid": str(uuid.UUID(int=number)),
        "number": 1_000_000 + number,
        "action": None,
        "inputs": None,
        "queued_at": at,
        "started_at": at + 5,
        "ended_at": at + 50,
    }


def _execution(record: dict, number: int, at: int) -> dict:
    id = str(uuid.UUID(int=number))
    changed = record | {"id": id, "number": 1_000_000 + number, "startedAt": at, "updatedAt": at + 100}
    return {
        "id": id,
        "number": 1_000_000 + number,
        "started_at": at,
        "updated_at": at + 100,
        "record": json.dumps(changed, separators=(",", ":")),
    }


def _copy(database: sqlite3.Connection, table: str, count: int, changes) -> None:
    """Puts `count` copies of a table's first row below its rows."""
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})") if row[1] != "seq"]
    template = dict(zip(columns, database.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY seq LIMIT 1").fetchone()))
    # What is there must stay the newest: it moves up.
    database.execute("PRAGMA foreign_keys = OFF")
    for name, column in (("finished_builds", "build"), ("artifact_uses", "owner")):
        kind = {"builds": "build", "executions": "execution"}.get(table)
        if kind and (name == "artifact_uses" or table == "builds"):
            where = f" WHERE kind = '{kind}'" if name == "artifact_uses" else ""
            database.execute(f"UPDATE {name} SET {column} = {column} + {count}{where}")
    database.execute(f"UPDATE {table} SET seq = -seq")
    database.execute(f"UPDATE {table} SET seq = {count} - seq")
    marks = ", ".join("?" * (len(columns) + 1))
    rows = ([number] + [(template | changes(number))[name] for name in columns] for number in range(1, count + 1))
    database.executemany(f"INSERT INTO {table} (seq, {', '.join(columns)}) VALUES ({marks})", rows)


def _pipeline() -> dict:
    def action(name: str, category: str, provider: str, **members: object) -> dict:
        kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
        return {"name": name, "actionTypeId": kind} | members

    configuration = {"RepositoryName": "app", "BranchName": "main"}
    source = action("Code", "Source", "CodeCommit", configuration=configuration, outputArtifacts=[{"name": "Code"}])
    step = action("Check", "Compute", "Commands", commands=[":"], inputArtifacts=[{"name": "Code"}])
    return {
        "pipeline": {
            "name": "line",
            "roleArn": "arn:aws:iam::000000000000:role/line",
            "pipelineType": "V2",
            "artifactStore": {"type": "S3", "location": "codepipeline-us-east-1-000000000000"},
            "stages": [{"name": "Source", "actions": [source]}, {"name": "Check", "actions": [step]}],
        }
    }
