# SPDX-License-Identifier: Apache-2.0
"""What one build costs: its start, each of its commands, its log."""

import datetime
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


def measure_log(lab: Lab) -> list[Row]:
    """A command that writes a large file to its output, beside a pipe into a file."""
    with lab.folder("log") as root:
        source = root / "source"
        line = b"2026-03-01 12:00:00 epoch 17 batch 4711 loss 0.123456 accuracy 0.987654 some more words of a log\n"
        with source.open("wb") as file:
            for _ in range(LOG_MEGABYTES):
                file.write((line * (1 + (1 << 20) // len(line)))[: 1 << 20])
        supervisor = Supervisor(lab, root / "supervised", _buildspec([f"cat {source}"]))
        peaks: list[float] = []

        def ours() -> float:
            run = supervisor.run()
            peaks.append(run.peak_megabytes)
            return run.milliseconds

        def pipe() -> float:
            elapsed = lab.time("sh", "-c", f"cat {source} | cat > {root}/copy")
            (root / "copy").unlink()
            return elapsed

        took = medians(3, ours=ours, pipe=pipe)
    rate, baseline = (LOG_MEGABYTES * 1000 / took[name] for name in ("ours", "pipe"))
    return [
        Row("log intake", "MB/s", rate, baseline, at_least=700, compares="value"),
        Row("log intake, memory of the supervisor", "MB", max(peaks), at_most=16, compares="value"),
    ]


class Supervisor:
    """Runs the same build again and again, by a supervisor that is started directly."""

    class Run:
        start_milliseconds: float
        milliseconds: float
        peak_megabytes: float

    def __init__(self, lab: Lab, root: pathlib.Path, buildspec: str):
        self.lab = lab
        self.folder = root / "folder"
        tree = root / "tree"
        lab.make_tree(tree, buildspec)
        # A build that has been kept gives a request that fits this version.
        kept = lab.build(tree, "--keep", "--in-place")
        self.request = (pathlib.Path(kept["logs"]["file"]).parent / "request.json").read_bytes()

    def run(self) -> Run:
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "workspace").mkdir(parents=True)
        (self.folder / "request.json").write_bytes(self.request)
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT)
        gate, opener = os.pipe()
        os.write(opener, b"g")
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
