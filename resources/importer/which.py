# SPDX-License-Identifier: Apache-2.0
"""What the words of a request stand for: names, architectures, wildcards, the paper's shelf."""
import difflib
import fnmatch

from paper import paper_shelf
from problem import Problem, few

SHELF = "paper-shelf"


def resolve(library, words, random_init):
    """Names without repetition, in the order of the words, and of each word that stands for nothing why."""
    every, architectures = library.names(), library.architectures()
    known = set(every) | set(architectures)
    names, unknown = {}, []
    for word in words:
        try:
            names.update(dict.fromkeys(meant(library, word, every, known, random_init)))
        except Problem as problem:
            unknown.append({"name": word, **problem.as_dict()})
    return list(names), unknown


def meant(library, word, every, known, random_init):
    if word == SHELF:
        if library.LIBRARY != "timm":
            raise Problem("the paper's shelf consists of timm's models", library.LIBRARY, "gainfinder import timm paper-shelf")
        return list(paper_shelf())
    if any(sign in word for sign in "*?["):
        return matching(library, word, every, random_init)
    if word in known:
        return [word]
    near = difflib.get_close_matches(word, sorted(known), n=3, cutoff=0.6)
    raise Problem(f"must be a model that {library.LIBRARY} knows", "an unknown name",
                  "Did you mean " + " or ".join(near) + "?" if near
                  else f"gainfinder import {library.LIBRARY} --list shows them")


def matching(library, pattern, every, random_init):
    """A wildcard means what can be imported: with pretrained weights only models whose weights are here."""
    found = [name for name in every if fnmatch.fnmatchcase(name, pattern)]
    if not found:
        raise Problem(f"must match models that {library.LIBRARY} knows", "no match",
                      f"gainfinder import {library.LIBRARY} --list shows them")
    here = found if random_init else [name for name in found if library.found_weights(name)]
    if not here:
        raise Problem("the weights of a match must be on this machine: nothing is downloaded",
                      f"none of {len(found)} ({few(found, 3)})",
                      "Name one of them alone to read where its weights come from, or use --random-init")
    return here
