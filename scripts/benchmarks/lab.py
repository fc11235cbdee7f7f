# SPDX-License-Identifier: Apache-2.0
"""The place where measuring is done: a scratch folder in memory, an environment of its own, the programs under test."""

import contextlib
import datetime
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator

# The repository that is pushed: as many files as a small service has.
FILE_COUNT = 22


class Missing(Exception):
    """A program that a baseline needs is not on this machine."""


class Lab:
    """A scratch folder and ways to run programs in it."""

    def __init__(self, programs: pathlib.Path, sources: pathlib.Path):
        self.programs = programs
        # Real source text, for archives.
        self.sources = sources

    def __enter__(self) -> "Lab":
        # In memory: the state of a disk's file system after deletions changes times by a factor of ten.
        memory = pathlib.Path("/dev/shm")
        parent = memory if os.access(memory, os.W_OK) else None
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="nacre-bench-", dir=parent))
        (self.root / "gitconfig").write_text(
            "[user]\nname = Bench\nemail = bench@example.invalid\n[init]\ndefaultBranch = main\n"
            "[gc]\nauto = 0\n[receive]\nautogc = false\n[safe]\ndirectory = *\n[maintenance]\nauto = false\n"
        )
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.root),
            "LC_ALL": "C",
            "TZ": "UTC",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(self.root / "gitconfig"),
        }
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.root, ignore_errors=True)

    @contextlib.contextmanager
    def folder(self, name: str) -> Iterator[pathlib.Path]:
        """A folder that goes away at the end, so that sections do not fill the memory together."""
        path = self.root / name
        path.mkdir()
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    # Programs

    def need(self, *names: str) -> None:
        """Stops the section when a baseline's program is missing."""
        for name in names:
            if shutil.which(name) is None:
                raise Missing(f"{name} is not installed")

    def run(
        self,
        *command: object,
        cwd: pathlib.Path | None = None,
        home: pathlib.Path | None = None,
        input: bytes | None = None,
    ) -> bytes:
        """Runs a program that must succeed, and gives what it printed."""
        texts = [str(word) for word in command]
        done = subprocess.run(texts, cwd=cwd, env=self._environment(home), input=input, capture_output=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(texts)} failed with {done.returncode}: {done.stderr.decode()[-2000:]}")
        return done.stdout

    def time(
        self,
        *command: object,
        cwd: pathlib.Path | None = None,
        home: pathlib.Path | None = None,
        ok: tuple[int, ...] = (0,),
    ) -> float:
        """Milliseconds that a program takes, its output thrown away."""
        texts = [str(word) for word in command]
        null = subprocess.DEVNULL
        environment = self._environment(home)
        began = time.perf_counter()
        process = subprocess.Popen(texts, cwd=cwd, env=environment, stdin=null, stdout=null, stderr=null)
        code = process.wait()
        elapsed = (time.perf_counter() - began) * 1000
        if code not in ok:
            raise RuntimeError(f"{' '.join(texts)} failed with {code}")
        return elapsed

    def nacre(self, *arguments: object, home: pathlib.Path) -> bytes:
        return self.run(self.programs / "nacre", *arguments, home=home)

    def _environment(self, home: pathlib.Path | None) -> dict[str, str]:
        return self.environment | ({"NACRE_HOME": str(home)} if home else {})

    def build(self, tree: pathlib.Path, *arguments: object) -> dict:
        """Runs `nacre build --json` and gives the Build object."""
        text = self.nacre("build", "--json", *arguments, tree, home=self.root / "local")
        build = json.loads(text)
        if build["buildStatus"] != "SUCCEEDED":
            raise RuntimeError(f"the build ended as {build['buildStatus']}: {build}")
        return build

    # Repositories

    def make_tree(self, path: pathlib.Path, buildspec: str, script: str = ":\n") -> None:
        """A small project with its buildspec, and a shell script that does the same."""
        path.mkdir(parents=True)
        (path / "buildspec.yml").write_text(buildspec)
        (path / "build.sh").write_text(script)
        for index in range(FILE_COUNT - 2):
            folder = path / f"module{index % 4}"
            folder.mkdir(exist_ok=True)
            (folder / f"file{index}.py").write_text(f"VALUE = {index}\n" * 60)

    def make_repository(self, path: pathlib.Path, buildspec: str, script: str = ":\n") -> None:
        """A working clone with one commit of `make_tree`."""
        self.make_tree(path, buildspec, script)
        self.run("git", "init", "-q", cwd=path)
        self.run("git", "add", ".", cwd=path)
        self.run("git", "commit", "-qm", "first", cwd=path)

    def make_bare(self, path: pathlib.Path, post_receive: str | None = None) -> pathlib.Path:
        """A bare repository without hooks, or with one hand-written hook."""
        self.run("git", "init", "-q", "--bare", "--template=", path)
        if post_receive is not None:
            hook = path / "hooks" / "post-receive"
            hook.parent.mkdir()
            hook.write_text(post_receive)
            hook.chmod(0o755)
        return path

    @contextlib.contextmanager
    def daemon(self, home: pathlib.Path, jobs: int = 2) -> "Iterator[Daemon]":
        daemon = Daemon(self, home, jobs)
        try:
            yield daemon
        finally:
            daemon.stop()


class Daemon:
    """A running daemon."""

    def __init__(self, lab: Lab, home: pathlib.Path, jobs: int):
        self.home = home
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [str(lab.programs / "nacre"), "daemon", "--home", str(home), "--jobs", str(jobs)],
            env=lab.environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        said = b""
        while True:
            line = self.process.stderr.readline()
            said += line
            if b"Daemon is ready" in line:
                break
            if not line:
                raise RuntimeError(f"the daemon did not start: {said.decode()}")
        # From its start to being ready, in milliseconds.
        self.start_time = (time.perf_counter() - began) * 1000
        self.journal = sqlite3.connect(self.home / "nacre.db")
        # What it says later is read, so that it never waits for a reader, and thrown away.
        self.reader = threading.Thread(target=self.process.stderr.read, daemon=True)
        self.reader.start()

    def stop(self) -> None:
        self.journal.close()
        self.process.terminate()
        self.process.wait()
        self.reader.join()
        self.process.stderr.close()

    def wait_for_builds(self, count: int) -> None:
        """Waits until so many builds have ended in the journal, and their workspaces are gone."""
        wait_until(lambda: self.finished_builds() >= count)
        builds = self.home / "builds"
        wait_until(lambda: not any((folder / "workspace").exists() for folder in builds.iterdir()))

    def finished_builds(self) -> int:
        return self.journal.execute("SELECT count(*) FROM builds WHERE state = 'finished'").fetchone()[0]

    @property
    def resident_megabytes(self) -> float:
        return memory_of(self.process.pid, "VmRSS")

    @property
    def cpu_milliseconds(self) -> float:
        """What all its threads have used, those that have ended too."""
        # The number that clock_getcpuclockid(3) gives for another process.
        return time.clock_gettime((~self.process.pid << 3) | 2) * 1000


def memory_of(pid: int, field: str) -> float:
    """A size of /proc/PID/status in megabytes; 0 when the process is gone."""
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def wait_until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Looks every few milliseconds: seldom enough to take no processor time from what is measured."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError("what was waited for did not come")
        time.sleep(0.005)


def medians(rounds: int, **ways: Callable[[], float]) -> dict[str, float]:
    """Measures several ways in turn, a different one first in each round, and gives the median of each.

    A first round warms up and is not counted.
    """
    names = list(ways)
    values: dict[str, list[float]] = {name: [] for name in names}
    for index in range(rounds + 1):
        start = index % len(names)
        for name in names[start:] + names[:start]:
            value = ways[name]()
            if index > 0:
                values[name].append(value)
    return {name: statistics.median(list) for name, list in values.items()}


def phase_milliseconds(build: dict, phase: str) -> float:
    """How long a phase of a Build object took."""
    for entry in build["phases"]:
        if entry["phaseType"] == phase:
            return (instant(entry["endTime"]) - instant(entry["startTime"])) * 1000
    raise RuntimeError(f"the build has no phase {phase}")


def instant(text: str) -> float:
    """Seconds since 1970 of an RFC 3339 time."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
