# SPDX-License-Identifier: Apache-2.0
"""Splits the table into 80 % for training, 15 % for validation and 5 % for the test, five times over.

The data is the file named by ABALONE_CSV, or else made by generate.py. One 5 % test part (209 rows) would judge
a model largely by the luck of the draw, so there are five splits, data/split-1 to data/split-5, and every row is
held out (validation or test) in exactly one of them. The draw is seeded with SEED and stratified by ring count:
each part has its share of the few very old animals.
"""

import os
import random
import sys

import abalone
import generate

SPLITS = 5


def split(rows, seed):
    """Five splits, each a dictionary of the parts train, validation and test."""
    chance = random.Random(seed)
    rows = list(rows)
    chance.shuffle(rows)
    rows.sort(key=abalone.rings)
    splits = [{"train": [], "validation": [], "test": []} for _ in range(SPLITS)]
    for start in range(0, len(rows), 20):
        # Of 20 neighbours, four are held out in each split: three for validation, one for the test.
        places = list(range(20))
        chance.shuffle(places)
        for row, place in zip(rows[start : start + 20], places):
            for number, parts in enumerate(splits):
                held_out = place // 4 == number
                role = "train" if not held_out else "test" if place % 4 == 3 else "validation"
                parts[role].append(row)
    return splits


def main():
    seed = int(os.environ.get("SEED", "7"))
    path = os.environ.get("ABALONE_CSV")
    if path:
        rows = abalone.read_rows(path)
        print("%d rows read from %s" % (len(rows), path))
    else:
        rows = generate.make_rows(seed)
        print("%d synthetic rows made with seed %d; set ABALONE_CSV to use real ones" % (len(rows), seed))
    if len(rows) < 400:
        raise abalone.DataError("%d rows are too few to train and judge a model: 400 are needed" % len(rows))
    for number, parts in enumerate(split(rows, seed), 1):
        folder = "data/split-%d" % number
        os.makedirs(folder, exist_ok=True)
        for name, part in parts.items():
            abalone.write_rows("%s/%s.csv" % (folder, name), part)
        print(folder + ": " + ", ".join("%d %s" % (len(part), name) for name, part in parts.items()))


if __name__ == "__main__":
    try:
        main()
    except (abalone.DataError, ValueError) as error:
        sys.exit("preprocess: %s" % error)
