# SPDX-License-Identifier: Apache-2.0
"""What one build costs: its start, each of its commands, its log."""

import datetime
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import time

from .lab import Lab, medians, memory_of, phase_milliseconds
from .report import Row

COMMANDS = 200
LOG_MEGABYTES = 300
SECRETS = 10
BATCH_ITEMS = 8


def _buildspec(commands: list[str]) -> str:
    items = "".join(f"      - '{command}'\n" for command in commands)
    return f"version: 0.2\nphases:\n  build:\n    commands:\n{items}"


def measure_local_build(lab: Lab) -> list[Row]:
    """`nacre build` from its start to its end, beside a shell that runs the same commands."""
    commands = ["echo one", "X=2", "cd module1", "pwd", "echo $X"]
    with lab.folder("build") as root:
        tree = root / "tree"
        lab.make_tree(tree, _buildspec(commands), "\n".join(commands) + "\n")
        took = medians(
            20,
            ours=lambda: lab.time(lab.programs / "nacre", "build", tree, home=root / "home"),
            bash=lambda: lab.time("bash", tree / "build.sh", cwd=tree),
        )
    return [Row("nacre build, five commands", "ms", took["ours"], took["bash"], at_most=25, compares="value", note="beside one bash")]


def measure_commands(lab: Lab) -> list[Row]:
    """A command beside the bare start of its shell, and a supervisor's own start."""
    with lab.folder("command") as root:
        tree = root / "tree"
        lab.make_tree(tree, _buildspec([":"] * COMMANDS))
        took = medians(
            7,
            ours=lambda: phase_milliseconds(lab.build(tree), "BUILD") / COMMANDS,
            shell=lambda: _time_shells(root),
        )
        supervisor = Supervisor(lab, root / "supervised", _buildspec([":"]))
        starts = [supervisor.run().start_milliseconds for _ in range(15)]
    return [
        Row("a command beside its shell's start", "ms", took["ours"], took["shell"], at_most=0.3, compares="difference"),
        Row("supervisor, from exec to first phase", "ms", statistics.median(starts), at_most=5, compares="value"),
    ]


def _time_shells(root: pathlib.Path) -> float:
    """Milliseconds that one `sh` takes which has nothing to do, its output going to a pipe as a build's does."""
    script = root / "nothing.sh"
    script.write_text(":\n")
    reading, writing = os.pipe()
    actions = [(os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_DUP2, writing, 2)]
    began = time.perf_counter()
    for _ in range(COMMANDS):
        pid = os.posix_spawn("/bin/sh", ["sh", str(script)], {}, file_actions=actions, setsid=True)
        os.waitpid(pid, 0)
    elapsed = (time.perf_counter() - began) * 1000 / COMMANDS
    os.close(reading)
    os.close(writing)
    return elapsed


def measure_sandbox(lab: Lab) -> list[Row]:
    """A build in a sandbox, beside the same on the bare machine."""
    lab.need("bwrap")
    with lab.folder("sandbox") as root:
        tree = root / "tree"
        lab.make_tree(tree, _buildspec([":"]))
        nacre = lab.programs / "nacre"
        took = medians(
            15,
            ours=lambda: lab.time(nacre, "build", "--sandbox", tree, home=root / "home"),
            bare=lambda: lab.time(nacre, "build", tree, home=root / "home"),
        )
    return [
        Row("nacre build --sandbox", "ms", took["ours"], took["bare"], at_most=30, compares="difference", note="beside one without")
    ]


def measure_batch(lab: Lab) -> list[Row]:
    """A batch of builds that have nothing to do, one after the other, beside as many single ones."""
    with lab.folder("batch") as root:
        items = "".join(f"    - identifier: item{index}\n" for index in range(BATCH_ITEMS))
        lab.make_tree(root / "tree", _buildspec([":"]) + f"batch:\n  build-list:\n{items}")
        nacre = lab.programs / "nacre"

        def ours() -> float:
            return lab.time(nacre, "build", "--batch", "--jobs", 1, root / "tree", home=root / "home")

        def single() -> float:
            return sum(lab.time(nacre, "build", root / "tree", home=root / "home") for _ in range(BATCH_ITEMS))

        took = medians(7, ours=ours, single=single)
    return [Row("a batch of eight builds", "ms", took["ours"], took["single"], at_most=1.2, note="beside eight builds")]


def measure_log(lab: Lab) -> list[Row]:
    """A command that writes a large file to its output, beside a pipe into a file; then with secrets to look for, beside the
    same without."""
    values = {f"SECRET_{index}": f"tok-{index:02}-{index * 7919 + 104729:x}-Zq8vLw3NxR" for index in range(SECRETS)}
    with lab.folder("log") as root:
        source = root / "source"
        line = b"2026-03-01 12:00:00 epoch 17 batch 4711 loss 0.123456 accuracy 0.987654 some more words of a log\n"
        block = (line * (1 + (1 << 20) // len(line)))[: 1 << 20]
        with source.open("wb") as file:
            for index in range(LOG_MEGABYTES):
                # One of them shows in every megabyte.
                value = values[f"SECRET_{index % SECRETS}"].encode()
                file.write(block[: -len(value) - 1] + value + b"\n")
        commands = [f"cat {source}"]
        plain = Supervisor(lab, root / "plain", _buildspec(commands))
        hiding = Supervisor(lab, root / "hiding", _buildspec(commands), values)
        peaks: dict[str, list[float]] = {"plain": [], "hiding": []}

        def run(name: str, supervisor: Supervisor) -> float:
            run = supervisor.run()
            peaks[name].append(run.peak_megabytes)
            return run.milliseconds

        def pipe() -> float:
            elapsed = lab.time("sh", "-c", f"cat {source} | cat > {root}/copy")
            (root / "copy").unlink()
            return elapsed

        took = medians(3, plain=lambda: run("plain", plain), hiding=lambda: run("hiding", hiding), pipe=pipe)
        if any(value.encode() in hiding.log for value in values.values()):
            raise RuntimeError("a secret is in the log")
    rate = {name: LOG_MEGABYTES * 1000 / elapsed for name, elapsed in took.items()}
    return [
        Row("log intake", "MB/s", rate["plain"], rate["pipe"], at_least=700, compares="value"),
        Row("log intake, memory of the supervisor", "MB", max(peaks["plain"]), at_most=16, compares="value"),
        Row(
            f"log intake, {SECRETS} secrets",
            "MB/s",
            rate["hiding"],
            rate["plain"],
            at_least=250,
            compares="value",
            note="beside none",
        ),
        Row(
            f"log intake, {SECRETS} secrets, memory", "MB", max(peaks["hiding"]), max(peaks["plain"]), at_most=16, compares="value"
        ),
    ]


class Supervisor:
    """Runs the same build again and again, by a supervisor that is started directly."""

    class Run:
        start_milliseconds: float
        milliseconds: float
        peak_megabytes: float

    def __init__(self, lab: Lab, root: pathlib.Path, buildspec: str, secrets: dict[str, str] | None = None):
        self.lab = lab
        self.folder = root / "folder"
        self.gate = _gate_message(secrets or {})
        tree = root / "tree"
        lab.make_tree(tree, _buildspec([":"]))
        # A build that has been kept gives a request that fits this version; the buildspec is read anew.
        kept = lab.build(tree, "--keep", "--in-place")
        request = json.loads((pathlib.Path(kept["logs"]["file"]).parent / "request.json").read_bytes())
        # What is noted for a shell in a kept workspace costs the start of several shells.
        request["keepsWorkspace"] = False
        self.request = json.dumps(request).encode()
        if secrets:
            names = "".join(f"    {name}: /bench/{name}\n" for name in secrets)
            buildspec += f"env:\n  parameter-store:\n{names}"
        (tree / "buildspec.yml").write_text(buildspec)

    @property
    def log(self) -> bytes:
        return (self.folder / "log").read_bytes()

    @property
    def result(self) -> dict:
        return json.loads((self.folder / "result.json").read_bytes())

    def run(self) -> Run:
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "workspace").mkdir(parents=True)
        (self.folder / "request.json").write_bytes(self.request)
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT)
        gate, opener = os.pipe()
        os.write(opener, self.gate)
        null = os.open("/dev/null", os.O_WRONLY)
        actions = [
            (os.POSIX_SPAWN_DUP2, gate, 0),
            (os.POSIX_SPAWN_DUP2, null, 1),
            (os.POSIX_SPAWN_DUP2, null, 2),
            (os.POSIX_SPAWN_DUP2, lock, 3),
        ]
        result = Supervisor.Run()
        result.peak_megabytes = 0
        program = str(self.lab.programs / "nacre-supervisor")
        began = time.time()
        start = time.perf_counter()
        pid = os.posix_spawn(program, ["nacre-supervisor", str(self.folder)], {"PATH": "/usr/bin:/bin"}, file_actions=actions)
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            result.peak_megabytes = max(result.peak_megabytes, memory_of(pid, "VmHWM"))
            time.sleep(0.002)
        result.milliseconds = (time.perf_counter() - start) * 1000
        for descriptor in (lock, gate, opener, null):
            os.close(descriptor)
        if not (self.folder / "result.json").exists():
            raise RuntimeError("the supervisor left no result")
        # The log's first line is written when the first phase has begun, and knows microseconds.
        _, day, clock, _ = (self.folder / "log").read_text(errors="replace")[:100].split(" ", 3)
        first = datetime.datetime.strptime(f"{day} {clock} +0000", "%Y/%m/%d %H:%M:%S.%f %z")
        result.start_milliseconds = (first.timestamp() - began) * 1000
        return result


def _gate_message(secrets: dict[str, str]) -> bytes:
    """What a supervisor waits for on its standard input: that its folder is ready, and the values of its secrets."""
    if not secrets:
        return b"g0\n"
    entries = [{"variable": name, "source": "parameter-store", "value": value} for name, value in secrets.items()]
    payload = json.dumps({"entries": entries}).encode()
    return b"g%d\n%s" % (len(payload), payload)
