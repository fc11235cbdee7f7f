# SPDX-License-Identifier: Apache-2.0
"""Gradient-boosted regression trees on histograms: each feature is cut into a few bins, and splits fall between bins."""

import bisect
import random

BINS = 48


class Boosting:
    """A constant and a sum of small trees.

    A tree is a nested list: `[feature, threshold, left, right]`, or a number at a leaf. Rows whose feature is
    less than the threshold go left.
    """

    def __init__(self, start, trees):
        self.start = start
        self.trees = trees

    @classmethod
    def fit(cls, inputs, targets, seed, rounds=45, rate=0.13, depth=4, smallest=16, share=0.5):
        """Each round grows a tree on a random share of rows and of features, against what is still unexplained."""
        chance = random.Random(seed)
        cuts = [_cuts(column) for column in zip(*inputs)]
        binned = [bytes(bisect.bisect_right(cut, value) for value in column) for cut, column in zip(cuts, zip(*inputs))]
        start = sum(targets) / len(targets)
        rest = [target - start for target in targets]
        model = cls(start, [])
        rows = range(len(inputs))
        for _ in range(rounds):
            sample = chance.sample(rows, max(1, int(len(rows) * share)))
            features = chance.sample(range(len(cuts)), (len(cuts) + 1) // 2)
            tree = _grow([(feature, binned[feature], cuts[feature]) for feature in features], rest, sample, depth, smallest, rate)
            model.trees.append(tree)
            rest = [value - _walk(tree, row) for value, row in zip(rest, inputs)]
        return model

    def predict(self, row):
        return self.start + sum(_walk(tree, row) for tree in self.trees)


def _cuts(column):
    """Thresholds that spread the column's values over the bins evenly."""
    values = sorted(column)
    return sorted({values[len(values) * i // BINS] for i in range(1, BINS)})


def _walk(node, row):
    while isinstance(node, list):
        node = node[2] if row[node[0]] < node[1] else node[3]
    return node


def _grow(columns, rest, rows, depth, smallest, rate):
    values = [rest[row] for row in rows]
    total = sum(values)
    split = _best_split(columns, rows, values, total, smallest) if depth > 0 else None
    if split is None:
        return rate * total / len(rows)
    (feature, column, cuts), bin = split
    left = [row for row in rows if column[row] < bin]
    right = [row for row in rows if column[row] >= bin]
    return [
        feature,
        cuts[bin - 1],
        _grow(columns, rest, left, depth - 1, smallest, rate),
        _grow(columns, rest, right, depth - 1, smallest, rate),
    ]


def _best_split(columns, rows, values, total, smallest):
    """The column and bin whose two halves explain most, with at least `smallest` rows in each; or None."""
    count = len(rows)
    best = total * total / count + 1e-9
    split = None
    if count < 2 * smallest:
        return None
    for entry in columns:
        _, column, cuts = entry
        sums = [0.0] * (len(cuts) + 1)
        counts = [0] * len(sums)
        for row, value in zip(rows, values):
            bin = column[row]
            sums[bin] += value
            counts[bin] += 1
        left_sum, left_count = 0.0, 0
        for bin in range(1, len(sums)):
            left_sum += sums[bin - 1]
            left_count += counts[bin - 1]
            if left_count < smallest:
                continue
            right_count = count - left_count
            if right_count < smallest:
                break
            gain = left_sum * left_sum / left_count + (total - left_sum) ** 2 / right_count
            if gain > best:
                best, split = gain, (entry, bin)
    return split
