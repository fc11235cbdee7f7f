# SPDX-License-Identifier: Apache-2.0
"""What test reports cost."""

import statistics
import sys

from .builds import Supervisor
from .lab import Lab, phase_milliseconds
from .report import Row

CASES = 100_000
ROUNDS = 3

# What a script would read it with; its own start is not counted.
BASELINE = """
import sys, time, xml.etree.ElementTree
began = time.perf_counter()
count = len(xml.etree.ElementTree.parse(sys.argv[1]).getroot().findall("testcase"))
print((time.perf_counter() - began) * 1000)
"""


def measure_reports(lab: Lab) -> list[Row]:
    """A build that declares one large JUnit report, beside Python's own XML reader on the same file."""
    with lab.folder("reports") as root:
        buildspec = (
            "version: 0.2\nphases: {build: {commands: [':']}}\nreports:\n  unit:\n    files: [report.xml]\n    file-format: JUNITXML\n"
        )
        supervisor = Supervisor(lab, root, buildspec)
        report = root / "tree" / "report.xml"
        with report.open("w") as file:
            file.write(f'<testsuite name="all" tests="{CASES}">\n')
            for index in range(CASES):
                file.write(f'<testcase classname="pkg.module{index % 100}.TestCase" name="test_case_{index}" time="0.012"/>\n')
            file.write("</testsuite>\n")
        ours: list[float] = []
        baseline: list[float] = []
        peaks: list[float] = []
        for _ in range(ROUNDS):
            run = supervisor.run()
            ours.append(phase_milliseconds(supervisor.result, "UPLOAD_ARTIFACTS"))
            peaks.append(run.peak_megabytes)
            baseline.append(float(lab.run(sys.executable, "-c", BASELINE, report)))
    return [
        Row("a report of 100,000 JUnit cases", "ms", statistics.median(ours), statistics.median(baseline), note="Python's XML reader"),
        Row("a report of 100,000 JUnit cases, memory", "MB", max(peaks)),
    ]
