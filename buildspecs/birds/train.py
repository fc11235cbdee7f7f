# SPDX-License-Identifier: Apache-2.0
"""Makes model.json: the mean and the spread of each measurement for each bird, from seeded synthetic measurements."""

import json
import random

# Rough sizes of grown birds: wing, bill and tail in millimetres, weight in grams.
BIRDS = {
    "blackbird": {"wing": (128, 4), "bill": (25, 1.5), "tail": (108, 5), "weight": (95, 9)},
    "robin": {"wing": (73, 2), "bill": (14, 0.8), "tail": (60, 3), "weight": (18, 1.8)},
    "song thrush": {"wing": (117, 3), "bill": (22, 1.2), "tail": (84, 4), "weight": (72, 7)},
}


def main():
    chance = random.Random(7)
    model = {}
    for bird, sizes in sorted(BIRDS.items()):
        model[bird] = {}
        for name, (mean, spread) in sorted(sizes.items()):
            sample = [chance.gauss(mean, spread) for _ in range(200)]
            average = sum(sample) / len(sample)
            variance = sum((value - average) ** 2 for value in sample) / len(sample)
            model[bird][name] = {"mean": round(average, 3), "deviation": round(variance ** 0.5, 3)}
    with open("model.json", "w", encoding="utf-8") as file:
        json.dump(model, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
