# SPDX-License-Identifier: Apache-2.0
"""Trains one model for each split, on its training part alone; MODEL is blend, or linear to see the gate close."""

import os
import sys
import time

import abalone
import model
from preprocess import SPLITS


def main():
    kind = os.environ.get("MODEL") or "blend"
    if kind not in model.KINDS:
        sys.exit("train: MODEL is '%s', expected one of: %s" % (kind, ", ".join(sorted(model.KINDS))))
    seed = int(os.environ.get("SEED", "7"))
    members = []
    for number in range(1, SPLITS + 1):
        started = time.monotonic()
        rows = abalone.read_rows("data/split-%d/train.csv" % number)
        members.append(model.KINDS[kind].fit(rows, seed))
        print("split %d: %s model trained on %d rows in %.1f s" % (number, kind, len(rows), time.monotonic() - started))
    model.Committee(members).save("model.json")


if __name__ == "__main__":
    try:
        main()
    except (abalone.DataError, ValueError) as error:
        sys.exit("train: %s" % error)
