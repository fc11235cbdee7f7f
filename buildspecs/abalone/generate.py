# SPDX-License-Identifier: Apache-2.0
"""Makes SYNTHETIC abalone-shaped rows: plausible, seeded, and not measurements of any animal.

Age comes first, spread as in the real table; length follows a growth curve that flattens; weights go with the
third power of length, and the shell's share grows with age. Sexes come in the real proportions.
"""

import math
import random
import statistics
import sys

import abalone

# For each sex: how many, and the mean and standard deviation of the logarithm of the rings.
SEXES = {"M": (1528, 2.34, 0.26), "F": (1307, 2.38, 0.25), "I": (1342, 2.03, 0.29)}


def make_row(chance, sex, rings):
    stage = math.log(rings / 9)
    pace = 0.2 * math.exp(chance.gauss(0, 0.3))
    length = 0.63 * (1 - math.exp(-pace * (rings + 0.3))) * math.exp(chance.gauss(0, 0.2))
    diameter = 0.795 * length * math.exp(chance.gauss(0, 0.025))
    height = 0.34 * diameter * math.exp(0.12 * stage + chance.gauss(0, 0.07))
    whole = 5.3 * length**3.02 * math.exp(0.1 * stage + chance.gauss(0, 0.09))
    shucked = 0.43 * whole * math.exp(-0.3 * stage + chance.gauss(0, 0.16))
    viscera = 0.215 * whole * math.exp(chance.gauss(0, 0.12))
    shell = 0.275 * whole * math.exp(0.3 * stage + chance.gauss(0, 0.18))
    measured = [max(round(value * 200), 1) / 200 for value in (length, diameter, height)]
    weighed = [max(round(value * 2000), 1) / 2000 for value in (whole, shucked, viscera, shell)]
    return (sex, *measured, *weighed, rings)


def make_rows(seed):
    chance = random.Random(seed)
    rows = []
    for sex, (count, mean, deviation) in SEXES.items():
        ages = statistics.NormalDist(mean, deviation)
        for place in range(count):
            rings = min(max(round(math.exp(ages.inv_cdf((place + 0.5) / count))), 1), 29)
            rows.append(make_row(chance, sex, rings))
    chance.shuffle(rows)
    return rows


if __name__ == "__main__":
    path, seed = (sys.argv[1:] + ["abalone.csv", "7"][len(sys.argv) - 1 :])[:2]
    abalone.write_rows(path, make_rows(int(seed)))
