# SPDX-License-Identifier: Apache-2.0
"""Runs in the deployment build, with the model that is to be deployed."""

import unittest

import abalone
import application

ANIMAL = {
    "sex": "M", "length": 0.455, "diameter": 0.365, "height": 0.095, "whole_weight": 0.514,
    "shucked_weight": 0.2245, "viscera_weight": 0.101, "shell_weight": 0.15,
}


class PredictionTest(unittest.TestCase):
    def test_a_young_animal_is_young(self):
        self.assertTrue(5 < application.predict(ANIMAL)["age"] < 16)

    def test_a_missing_measurement_is_named(self):
        with self.assertRaisesRegex(abalone.DataError, "sex"):
            application.predict({})


if __name__ == "__main__":
    unittest.main()
