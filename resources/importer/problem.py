# SPDX-License-Identifier: Apache-2.0
"""A failure in words, as the program shows it."""


class Problem(Exception):
    """Which rule was broken, what was seen instead, and what the user can do."""

    def __init__(self, rule, observed="", remedy=""):
        super().__init__(f"{rule}; found {observed}. {remedy}")
        self.rule, self.observed, self.remedy = rule, observed, remedy

    def as_dict(self):
        return {"rule": self.rule, "observed": self.observed, "remedy": self.remedy}


def few(words, most=4):
    """The first of many words, and how many more there are."""
    words = [str(word) for word in words]
    tail = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + tail
