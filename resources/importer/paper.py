# SPDX-License-Identifier: Apache-2.0
"""The paper's shelf: the models of its tables 5 and 6 under the names that timm has for them."""
import json
import os
from functools import lru_cache


@lru_cache(maxsize=1)
def paper_shelf():
    """By timm's name: what the paper prints about the model."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "paper_shelf.json"), encoding="utf-8") as stream:
        return {entry["timm"]: entry for entry in json.load(stream)["models"]}
