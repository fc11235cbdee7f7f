# SPDX-License-Identifier: Apache-2.0
"""The models, the committee of five that is shipped, and its form on disk."""

import json
import math

import abalone
from boosting import Boosting
from least_squares import LeastSquares


class LinearModel:
    """Plain least squares on the columns as they are: too weak for the gate."""

    kind = "linear"

    def __init__(self, plain):
        self.plain = LeastSquares(**plain)

    @classmethod
    def fit(cls, rows, seed):
        inputs = [abalone.plain_features(row) for row in rows]
        return cls(vars(LeastSquares.fit(inputs, [abalone.rings(row) for row in rows])))

    def predict(self, row):
        return self.plain.predict(abalone.plain_features(row))


class CurveModel:
    """A polynomial in the log measurements: far better than the plain columns, and quick to train."""

    kind = "curve"
    degree = 2

    def __init__(self, curve):
        self.curve = LeastSquares(**curve)

    @classmethod
    def fit(cls, rows, seed):
        inputs = [abalone.log_features(row) for row in rows]
        targets = [abalone.rings(row) for row in rows]
        return cls(vars(LeastSquares.fit(inputs, targets, degree=cls.degree, ridge=1e-4)))

    def predict(self, row):
        return min(max(self.curve.predict(abalone.log_features(row)), 1.0), 30.0)


class LogLinearModel(CurveModel):
    """The same of the first degree."""

    kind = "loglinear"
    degree = 1


class BlendModel:
    """The mean of a quadratic in the log measurements and of boosted trees for the logarithm of the rings."""

    kind = "blend"

    def __init__(self, curve, trees, scale):
        self.curve = LeastSquares(**curve)
        self.trees = Boosting(**trees)
        self.scale = scale

    @classmethod
    def fit(cls, rows, seed):
        targets = [abalone.rings(row) for row in rows]
        curve = LeastSquares.fit([abalone.log_features(row) for row in rows], targets, degree=2, ridge=1e-4)
        shapes = [abalone.shape_features(row) for row in rows]
        trees = Boosting.fit(shapes, [math.log(max(target, 1.0)) for target in targets], seed)
        # The exponential of a mean logarithm lies below the mean: one factor brings it back.
        guesses = [math.exp(trees.predict(shape)) for shape in shapes]
        scale = sum(a * b for a, b in zip(guesses, targets)) / sum(a * a for a in guesses)
        return cls(vars(curve), vars(trees), scale)

    def predict(self, row):
        curve = self.curve.predict(abalone.log_features(row))
        trees = self.scale * math.exp(self.trees.predict(abalone.shape_features(row)))
        return (min(max(curve, 1.0), 30.0) + trees) / 2


KINDS = {model.kind: model for model in (LinearModel, LogLinearModel, CurveModel, BlendModel)}


class Committee:
    """One member for each split, trained on that split's training part; their mean is the answer.

    Members are judged apart, each on the rows held out from it, so that the report is about what is shipped.
    """

    def __init__(self, members):
        self.members = members

    def predict(self, row):
        return sum(member.predict(row) for member in self.members) / len(self.members)

    def save(self, path):
        saved = [{"kind": member.kind, "parts": vars(member)} for member in self.members]
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"members": saved}, file, default=vars)
            file.write("\n")

    @classmethod
    def load(cls, path):
        with open(path, encoding="utf-8") as file:
            saved = json.load(file)
        return cls([KINDS[member["kind"]](**member["parts"]) for member in saved["members"]])
