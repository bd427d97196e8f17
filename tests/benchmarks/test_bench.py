# SPDX-License-Identifier: Apache-2.0
"""That the benchmarks run and write what they say, on tiny sizes; times are nobody's business here.

    python3 test_bench.py PROGRAM
"""
import json
import math
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

from harness import bootstrap, compare, in_turns
from memory import slope

PROGRAM = None


class Arithmetic(unittest.TestCase):
    def test_interval_of_medians(self):
        self.assertEqual(bootstrap([2.0] * 9), {"median": 2.0, "low": 2.0, "high": 2.0})
        wide = bootstrap([1, 2, 3, 4, 5, 6, 7, 8, 9])
        self.assertEqual(wide["median"], 5)
        self.assertTrue(1 <= wide["low"] < 5 < wide["high"] <= 9)

    def test_ratio_is_theirs_over_ours_round_by_round(self):
        found = {"ours": [{"wall": 1.0, "cpu": 2.0}, {"wall": 2.0, "cpu": 4.0}], "theirs": [{"wall": 3.0, "cpu": 2.0}, {"wall": 6.0, "cpu": 4.0}]}
        line = compare("pair", found, "ms a step", 1e3)
        self.assertEqual((line["ratio"]["median"], line["cpu_ratio"]["median"], line["ours"]["median"]), (3.0, 1.0, 1500.0))

    def test_turns_change_over(self):
        order = []
        found = in_turns(4, ours=lambda: order.append("a") or {"wall": 1}, theirs=lambda: order.append("b") or {"wall": 2})
        self.assertEqual("".join(order), "abbaabba")
        self.assertEqual((len(found["ours"]), found["theirs"][3]), (4, {"wall": 2}))

    def test_slope_of_a_line(self):
        steps = np.arange(1000.0)
        growth = slope(steps, 7 + 3 * steps)
        for key in ("median", "low", "high"):
            self.assertAlmostEqual(growth[key], 3, places=6)


class Command(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as place:
            bench = Path(__file__).with_name("bench.py")
            done = subprocess.run([sys.executable, bench, "--program", PROGRAM, "--quick", "--out", place], capture_output=True, text=True)
            if done.returncode:
                raise AssertionError(done.stdout + done.stderr)
            cls.left = sorted(path.name for path in Path(place).iterdir())
            cls.result = json.loads((Path(place) / "bench.json").read_text())
            cls.text = (Path(place) / "bench.md").read_text()

    def bench(self, number):
        return next(each for each in self.result["benchmarks"] if each["number"] == number)

    def test_files(self):
        self.assertEqual(self.left, ["bench.json", "bench.md"])
        self.assertEqual(self.result["schema"], "gainfinder-bench/1")
        for bench in self.result["benchmarks"]:
            self.assertTrue(bench["results"])
            for each in bench["results"]:
                self.assertIn(f"| {each['name']} |", self.text)
                if "ratio" in each:
                    ratio = each["ratio"]
                    self.assertTrue(0 < ratio["low"] <= ratio["median"] <= ratio["high"] < math.inf, each)
            for key in ("load_before", "load_after", "others_share", "steal_share"):
                self.assertGreaterEqual(bench["machine_meanwhile"][key], 0)

    def test_both_programs_compute_the_same(self):
        for each in self.bench(1)["results"]:
            first = each["first_objective"]
            self.assertAlmostEqual(first["ours"], first["theirs"], delta=1e-4 * abs(first["theirs"]), msg=each["name"])
        for each in self.bench(5)["results"]:
            self.assertEqual(each["right"]["ours"], each["right"]["theirs"], each["name"])

    def test_memory_has_its_curve(self):
        for each in self.bench(6)["results"]:
            self.assertGreaterEqual(each["steps"], 100)
            self.assertGreaterEqual(each["peak_bytes"], each["end_bytes"])


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
