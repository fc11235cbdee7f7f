# SPDX-License-Identifier: Apache-2.0
"""Runs in the build, with the model that is to be deployed."""

import unittest

import application


class ClassificationTest(unittest.TestCase):
    def test_every_bird_is_known_by_its_own_means(self):
        for bird, parts in application.MODEL.items():
            sizes = {name: part["mean"] for name, part in parts.items()}
            self.assertEqual(application.classify(sizes)["bird"], bird)

    def test_a_missing_measurement_is_named(self):
        with self.assertRaisesRegex(KeyError, "wing"):
            application.classify({"bill": 1, "tail": 1, "weight": 1})


if __name__ == "__main__":
    unittest.main()
