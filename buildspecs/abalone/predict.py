# SPDX-License-Identifier: Apache-2.0
"""The age calculator: age in years = rings + 1.5, the rings guessed from sex, sizes and weights.

    python3 predict.py M 0.455 0.365 0.095 0.514 0.2245 0.101 0.15
"""

import os
import sys

import abalone
import model


def main():
    if len(sys.argv) != 9:
        sys.exit("usage: python3 predict.py " + " ".join(column.upper() for column in abalone.COLUMNS[:8]))
    row = abalone.parse_row(sys.argv[1:] + ["0"], "arguments")
    trained = model.Committee.load(os.path.join(os.path.dirname(os.path.abspath(__file__)), "model.json"))
    count = trained.predict(row)
    print("%.1f years (%.1f rings)" % (count + 1.5, count))


if __name__ == "__main__":
    try:
        main()
    except (abalone.DataError, OSError) as error:
        sys.exit("predict: %s" % error)
