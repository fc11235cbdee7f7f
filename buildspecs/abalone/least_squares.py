# SPDX-License-Identifier: Apache-2.0
"""Least squares with a little ridge, by the normal equations and a Cholesky factor."""

import math
import operator


class LeastSquares:
    """A linear model over standardised features; degree 2 adds all their products."""

    def __init__(self, degree, means, deviations, weights):
        self.degree = degree
        self.means = means
        self.deviations = deviations
        self.weights = weights

    @classmethod
    def fit(cls, inputs, targets, degree=1, ridge=1e-9):
        count = len(inputs)
        means = [sum(column) / count for column in zip(*inputs)]
        deviations = [
            math.sqrt(sum((value - mean) ** 2 for value in column) / count) or 1.0
            for column, mean in zip(zip(*inputs), means)
        ]
        model = cls(degree, means, deviations, [])
        columns = list(zip(*[model._terms(row) for row in inputs]))
        gram = [[_dot(a, b) for b in columns[: i + 1]] for i, a in enumerate(columns)]
        for i in range(1, len(gram)):
            gram[i][i] *= 1 + ridge
        model.weights = _solve(gram, [_dot(column, targets) for column in columns])
        return model

    def predict(self, row):
        return _dot(self.weights, self._terms(row))

    def _terms(self, row):
        scaled = [(value - mean) / deviation for value, mean, deviation in zip(row, self.means, self.deviations)]
        terms = [1.0] + scaled
        if self.degree == 2:
            terms += [a * b for i, a in enumerate(scaled) for b in scaled[i:]]
        return terms


def _dot(a, b):
    return sum(map(operator.mul, a, b))


def _solve(gram, right):
    """Solves gram * x = right for the lower half of a symmetric matrix; columns that repeat others get weight 0."""
    size = len(gram)
    factor = []
    for i in range(size):
        row = []
        for j in range(i):
            rest = gram[i][j] - _dot(row, factor[j])
            row.append(rest / factor[j][j] if factor[j][j] < math.inf else 0.0)
        rest = gram[i][i] - _dot(row, row)
        row.append(math.sqrt(rest) if rest > 1e-10 * gram[i][i] else math.inf)
        factor.append(row)
    forward = []
    for i in range(size):
        forward.append((right[i] - _dot(forward, factor[i])) / factor[i][i])
    solution = [0.0] * size
    for i in reversed(range(size)):
        rest = forward[i] - sum(factor[k][i] * solution[k] for k in range(i + 1, size))
        solution[i] = rest / factor[i][i]
    return solution
