#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes data/wordnet_golden.json: what NLTK answers about Debian's WordNet 3.0, for test_wordnet_golden.cpp.

Run: python make_wordnet_golden.py FOLDER (NLTK 3.10). FOLDER holds corpora/wordnet: the files of Debian's wordnet-base, a
file lexnames with a line "NN<tab>name<tab>1" for each number from 00 to 44, and an empty index.sense.

path and wup are NLTK's own. Lin with intrinsic information content is not in NLTK: it is computed here from the closure of
NLTK's relations, without any tables. Every pair: [offset a, offset b, path, wup(a, b), wup(b, a), lin]."""
import functools, json, math, pathlib, random, sys

import nltk

nltk.data.path = [sys.argv[1]]
from nltk.corpus import wordnet as wn  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
ALL = sorted(wn.all_synsets("n"), key=lambda synset: synset.offset())


def below(synset):
    return synset.hyponyms() + synset.instance_hyponyms()


def above(synset):
    return synset.hypernyms() + synset.instance_hypernyms()


def reach(synset, relation):
    seen, todo = set(), [synset]
    while todo:
        for other in relation(todo.pop()):
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


@functools.lru_cache(None)
def content(synset):
    return 1 - math.log(len(reach(synset, below)) + 1) / math.log(len(ALL))


def lin(a, b):
    common = (reach(a, above) | {a}) & (reach(b, above) | {b})
    both = content(a) + content(b)
    return 1.0 if a == b else 2 * max(map(content, common)) / both if both > 0 else 0.0


def tied(a, b):
    """Whether several common hypernyms are equally low, which is where readings of Wu-Palmer part."""
    return len(a.lowest_common_hypernyms(b, use_min_depth=True)) > 1


def choose_pairs(draw):
    any_two = lambda: draw.sample(ALL, 2)
    several = [s for s in ALL if len(above(s)) > 1]
    instances = [s for s in ALL if s.instance_hypernyms()]
    pairs = [any_two() for _ in range(150)]
    pairs += [draw.sample(instances, 2) for _ in range(60)]
    pairs += [[draw.choice(instances), draw.choice(ALL)] for _ in range(40)]
    pairs += [draw.sample(several, 2) for _ in range(80)]
    for _ in range(100):  # one above the other
        low = draw.choice(several)
        pairs.append([low, draw.choice(sorted(reach(low, above)))])
    while len(pairs) < 530:  # close together: all below a synset some steps up
        top = draw.choice(ALL)
        for _ in range(draw.randint(1, 3)):
            top = draw.choice(above(top)) if above(top) else top
        near = sorted(reach(top, below))
        if 2 <= len(near) < 400:
            pairs.append(draw.sample(near, 2))
    wanted = {"tie": 60, "order": 30}
    while any(wanted.values()):
        a = draw.choice(several)
        b = draw.choice(sorted(reach(a, above))) if draw.random() < 0.5 else draw.choice(several)
        kind = "order" if a.wup_similarity(b) != b.wup_similarity(a) else "tie" if tied(a, b) else None
        if kind and wanted[kind]:
            wanted[kind] -= 1
            pairs.append([a, b])
    entity = wn.synset("entity.n.01")
    return pairs + [[entity, entity], [entity, ALL[5000]], [ALL[7], ALL[7]]]


def choose_plurals(draw):
    """Inflected forms that WordNet does not list, and the senses of what NLTK's morphy makes of them."""
    lemmas = sorted(set(wn.all_lemma_names("n")))
    exceptions = sorted(wn._exception_map["n"])
    found = {}
    while len(found) < 400:
        lemma = draw.choice(lemmas)
        form = draw.choice([lemma + "s", lemma + "es", lemma[:-1] + "ies", lemma[:-3] + "men", draw.choice(exceptions)])
        # WordNet itself leaves "ss" alone, takes measures apart, and has no rule for "ves"; NLTK differs in these.
        if form in lemmas or form.endswith(("ss", "ful", "fuls", "ves")) or not form.isascii():
            continue
        base = wn.morphy(form, "n")
        if base and base != form:
            found[form] = [s.offset() for s in wn.synsets(base, "n", check_exceptions=False)]
            exact = [lemma.synset().offset() for lemma in wn.lemmas(base, "n")]
            found[form] = [offset for offset in found[form] if offset in exact]
    return found


def main():
    draw = random.Random(5)
    pairs = [[a.offset(), b.offset(), a.path_similarity(b), a.wup_similarity(b), b.wup_similarity(a), lin(a, b)]
             for a, b in choose_pairs(draw)]
    synsets = [[s.offset(), s.name(), s.min_depth(), s.max_depth(), content(s), len(reach(s, above))]
               for s in draw.sample(ALL, 200) + [ALL[0]]]
    golden = {"nltk": nltk.__version__, "wordnet": wn.get_version(), "synsets_in_all": len(ALL), "pairs": pairs,
              "synsets": synsets, "plurals": choose_plurals(draw)}
    rows = lambda values: "[\n" + ",\n".join(json.dumps(value) for value in values) + "\n]"
    text = ",\n".join(f"{json.dumps(key)}: {rows(value) if isinstance(value, list) else json.dumps(value)}"
                      for key, value in golden.items())
    (HERE / "data" / "wordnet_golden.json").write_text("{\n" + text + "\n}\n")


if __name__ == "__main__":
    main()
