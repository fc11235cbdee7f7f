# SPDX-License-Identifier: Apache-2.0
"""What the engine of pipelines costs as history grows."""

import json

from .lab import Lab, Missing
from .report import Row

EXECUTIONS = 10_000


def measure_engine(lab: Lab) -> list[Row]:
    """Ten thousand executions of three stages, one after the other: without the journal, whose JSON is shown beside it."""
    program = lab.programs / "pipeline-simulation"
    if not program.exists():
        raise Missing("pipeline-simulation is not built; make bench builds it")
    result = json.loads(lab.run(program, str(EXECUTIONS)))
    return [
        Row("an event of the engine, after 9,000 executions", "µs", result["last"], result["first"], at_most=1.2, note="the first 1,000"),
        Row("10,000 executions simulated", "s", result["seconds"], at_most=5, compares="value"),
        Row("what the journal is to write of an event, as JSON", "µs", result["writing"]),
    ]
