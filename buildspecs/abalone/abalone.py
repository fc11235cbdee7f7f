# SPDX-License-Identifier: Apache-2.0
"""The abalone table: its columns, how to read and write it, and what the models see of a row."""

import csv
import math

SEXES = ("M", "F", "I")
SIZES = ("length", "diameter", "height")
WEIGHTS = ("whole_weight", "shucked_weight", "viscera_weight", "shell_weight")
COLUMNS = ("sex",) + SIZES + WEIGHTS + ("rings",)


class DataError(Exception):
    """A file that is not an abalone table; the text says where and why."""


def read_rows(path):
    """Rows of a CSV file without header as (sex, seven measurements, rings)."""
    rows = []
    try:
        with open(path, newline="", encoding="utf-8") as file:
            for number, cells in enumerate(csv.reader(file), 1):
                if cells:
                    rows.append(parse_row(cells, "%s:%d" % (path, number)))
    except OSError as error:
        raise DataError("cannot read %s: %s" % (path, error.strerror)) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError("%s is not a CSV text file: %s" % (path, error)) from error
    return rows


def parse_row(cells, place):
    if len(cells) != len(COLUMNS):
        raise DataError("%s: %d columns found, expected %d: %s" % (place, len(cells), len(COLUMNS), ",".join(COLUMNS)))
    sex = cells[0].strip()
    if sex not in SEXES:
        raise DataError("%s: sex is '%s', expected M, F or I" % (place, sex))
    numbers = []
    for column, cell in zip(COLUMNS[1:], cells[1:]):
        try:
            number = float(cell)
        except ValueError:
            number = math.nan
        if not 0 <= number < 10_000:
            raise DataError("%s: %s is '%s', expected a number that is not negative" % (place, column, cell))
        numbers.append(number)
    return (sex, *numbers)


def write_rows(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def rings(row):
    return row[8]


def plain_features(row):
    """The columns as they are, sex as two indicators: what plain least squares gets."""
    return [float(row[0] == "F"), float(row[0] == "I"), *row[1:8]]


def log_features(row):
    """Sex, and logarithms of the measurements: growth is multiplicative."""
    length, diameter, height = row[1:4]
    if not 0.1 * diameter < height < diameter:
        height = 0.35 * diameter  # a slip of the pen: the real table has a few heights of 0 and of 1.13
    measurements = (length, diameter, height, *row[4:8])
    return [float(row[0] == "F"), float(row[0] == "I")] + [math.log(max(value, 0.0005)) for value in measurements]


def shape_features(row):
    """The log features, and the proportions that change with age: above all the shell's share of the weight."""
    features = log_features(row)
    length, diameter, height, whole, shucked, viscera, shell = features[2:]
    return features + [
        shell - whole,
        shucked - whole,
        viscera - whole,
        shell - shucked,
        whole - length - diameter - height,
        shell - length - diameter,
        diameter - length,
        height - length,
        1 - (math.exp(shucked) + math.exp(viscera) + math.exp(shell)) / math.exp(whole),
    ]
