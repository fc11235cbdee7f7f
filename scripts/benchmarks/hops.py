# SPDX-License-Identifier: Apache-2.0
"""What it costs to pass a large artifact from action to action of a pipeline."""

import json
import pathlib
import shutil
import statistics

from .archives import write_floats
from .lab import Lab, Missing, wait_until
from .report import Row

MEGABYTES = 1024
HOPS = 4


def measure_hops(lab: Lab) -> list[Row]:
    """A chain of actions that do nothing but pass a file of float32 weights on, beside `cp` of the file.

    A hop is all that an action does, from its order to the next one's: its input is checked and unpacked, a command run, its
    output packed and stored.
    """
    # The file, the zips of the chain (equal bytes are stored once), and the workspace of the action that runs.
    if shutil.disk_usage(lab.root).free < MEGABYTES * 5 << 20:
        raise Missing(f"{MEGABYTES * 5} MB of memory to work in")
    with lab.folder("hops") as root:
        weights = root / "weights.bin"
        write_floats(weights, MEGABYTES)
        copies = []
        for _ in range(3):
            copies.append(lab.time("cp", weights, root / "copy.bin"))
            (root / "copy.bin").unlink()
        home = root / "home"
        lab.make_repository(root / "clone", buildspec="version: 0.2\n")
        (root / "line.json").write_text(json.dumps(_pipeline(weights)))
        with lab.daemon(home) as daemon:
            lab.nacre("repo", "create", "app", home=home)
            lab.run("git", "push", "-q", "-o", "nacre.skip", home / "repos" / "app.git", "main", cwd=root / "clone")
            lab.nacre("apply", root / "line.json", home=home)
            wait_until(lambda: _builds(daemon, "status <> 'IN_PROGRESS'") == HOPS + 2 or _builds(daemon, "status = 'FAILED'"))
            if _builds(daemon, "status = 'SUCCEEDED'") != HOPS + 2:
                raise RuntimeError(f"the chain has failed: {lab.nacre('list', home=home).decode()}")
            orders = daemon.journal.execute("SELECT queued_at FROM builds ORDER BY seq").fetchall()
    # The first one makes the file, the last one ends the chain.
    times = [after[0] - before[0] for before, after in zip(orders[1:], orders[2:])]
    row = Row(
        f"artifact of {MEGABYTES} MB through an action",
        "ms",
        statistics.median(times),
        statistics.median(copies),
        note="cp; its sum is taken twice",
    )
    return [row]


def _builds(daemon, condition: str) -> int:
    return daemon.journal.execute(f"SELECT count(*) FROM builds WHERE {condition}").fetchone()[0]


def _pipeline(weights: pathlib.Path) -> dict:
    def action(order: int, category: str, provider: str, **members: object) -> dict:
        kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
        return {"name": f"Step{order}", "runOrder": order, "actionTypeId": kind} | members

    def commands(order: int, command: str, source: str) -> dict:
        return action(
            order,
            "Compute",
            "Commands",
            commands=[command],
            inputArtifacts=[{"name": source}],
            outputArtifacts=[{"name": f"Weights{order}", "files": ["weights.bin"]}],
        )

    configuration = {"RepositoryName": "app", "BranchName": "main"}
    source = action(1, "Source", "CodeCommit", configuration=configuration, outputArtifacts=[{"name": "Code"}])
    steps = [commands(1, f"mv {weights} weights.bin", "Code")]
    steps += [commands(order, ":", f"Weights{order - 1}") for order in range(2, HOPS + 2)]
    end = action(HOPS + 2, "Compute", "Commands", commands=[":"], inputArtifacts=[{"name": "Code"}])
    return {
        "pipeline": {
            "name": "line",
            "roleArn": "arn:aws:iam::000000000000:role/line",
            "pipelineType": "V2",
            "artifactStore": {"type": "S3", "location": "codepipeline-us-east-1-000000000000"},
            "stages": [{"name": "Source", "actions": [source]}, {"name": "Chain", "actions": steps + [end]}],
        }
    }
