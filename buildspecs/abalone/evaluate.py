# SPDX-License-Identifier: Apache-2.0
"""Judges the model on rows it has never seen, writes evaluation.json, and fails when RMSE is above THRESHOLD.

Each row is held out in exactly one split and is judged by that split's model, so the figure rests on the whole
table and hardly moves with the seed (about 0.005 on the real one), where a single test part would move it by 0.2.
"""

import json
import math
import os
import random
import sys

import abalone
import model

RESAMPLES = 5


def metrics(pairs):
    """The metrics of (prediction, truth) pairs."""
    errors = [guess - truth for guess, truth in pairs]
    mse = sum(error * error for error in errors) / len(errors)
    mean = sum(truth for _, truth in pairs) / len(pairs)
    variance = sum((truth - mean) ** 2 for _, truth in pairs) / len(pairs)
    return {
        "mae": sum(map(abs, errors)) / len(errors),
        "mse": mse,
        "rmse": math.sqrt(mse),
        "r2": 1 - mse / variance if variance else 0.0,
    }


def with_deviations(pairs, seed):
    """Each metric with its standard deviation over five resamples of 80 %."""
    chance = random.Random(seed)
    samples = [metrics(chance.sample(pairs, len(pairs) * 4 // 5)) for _ in range(RESAMPLES)]
    report = {}
    for name, value in metrics(pairs).items():
        mean = sum(sample[name] for sample in samples) / RESAMPLES
        deviation = math.sqrt(sum((sample[name] - mean) ** 2 for sample in samples) / RESAMPLES)
        report[name] = {"value": round(value, 6), "standard_deviation": round(deviation, 6)}
    return report


def main():
    threshold = float(os.environ.get("THRESHOLD", "2.1"))
    pairs = {"validation": [], "test": []}
    for number, member in enumerate(model.Committee.load("model.json").members, 1):
        for name, part in pairs.items():
            rows = abalone.read_rows("data/split-%d/%s.csv" % (number, name))
            part.extend((member.predict(row), abalone.rings(row)) for row in rows)
    held_out = pairs["validation"] + pairs["test"]
    report = with_deviations(held_out, int(os.environ.get("SEED", "7")))
    with open("evaluation.json", "w", encoding="utf-8") as file:
        json.dump({"regression_metrics": report}, file, indent=2)
        file.write("\n")
    for name, part in pairs.items():
        print("%s: RMSE %.3f on %d rows" % (name, metrics(part)["rmse"], len(part)))
    rmse = report["rmse"]["value"]
    verdict = "RMSE %.3f on %d held-out rows, threshold %s" % (rmse, len(held_out), os.environ.get("THRESHOLD", "2.1"))
    # Written so that a value that is not a number fails as well.
    if not rmse <= threshold:
        sys.exit("evaluate: the model is NOT good enough: " + verdict)
    print("evaluate: the model is good enough: " + verdict)


if __name__ == "__main__":
    try:
        main()
    except (abalone.DataError, OSError, ValueError) as error:
        sys.exit("evaluate: %s" % error)
