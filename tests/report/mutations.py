# SPDX-License-Identifier: Apache-2.0
"""Changed reports that the JSON Schema must refuse."""
import copy


def pair_mutations(changed, pair):
    where = ("before", "teachers", 0)
    yield changed("another revision", "revision", value=1)
    for key in ("mcnemar_p", "delta_accuracy_ci95", "said_instead", "partition"):
        yield changed("a pair without " + key, *where, key, remove=True)
    yield changed("said instead null without reason", *where, "said_instead", value=None)
    if pair["said_instead"]["positive"]["largest"]:
        yield changed("no samples said it", *where, "said_instead", "positive", "largest", 0, "samples", value=0)
    if pair["partition"] is None:
        yield changed("partition null without reason", *where, "partition_reason", remove=True)
    else:
        yield changed("surer than certain", *where, "partition", "teacher", "own", 0, value=1.5)
        yield changed("an image twice", *where, "partition", "index", value=[0, 0])
        yield changed("a partition without student", *where, "partition", "student", remove=True)


def meaning_mutations(changed, meaning):
    for key in meaning:
        if key not in ("similarity", "mean_similarity_reason"):
            yield changed("meaning without " + key, "meaning", key, remove=True)
    yield changed("an unknown key of meaning", "meaning", "extra", value=1)
    yield changed("mean similarity as text", "meaning", "mean_similarity", value="high")
    yield changed("another matrix", "meaning", "similarity", "file", value="/etc/passwd")
    yield changed("a set without chance", "meaning", "teachers", 0, "top", 0, "chance", remove=True)
    yield changed("a chance above 1", "meaning", "teachers", 0, "top", 0, "chance", value=1.5)
    yield changed("a map in space", "meaning", "map", "places", 0, value=[0, 0, 0])
    yield changed("a group of nothing", "meaning", "groups", "groups", 0, "classes", value=[])
    yield changed("an earlier revision with meaning", "revision", remove=True)


def mutations(report):
    """(what, changed report): every one of them must break the schema."""
    def changed(what, *path, value=None, remove=False):
        copied = copy.deepcopy(report)
        holder = copied
        for key in path[:-1]:
            holder = holder[key]
        if remove:
            del holder[path[-1]]
        else:
            holder[path[-1]] = value
        return what, copied

    yield changed("wrong version", "schema", value="gainfinder-report/2")
    for key in list(report):
        if key != "meaning":
            yield changed("without " + key, key, remove=True)
        yield changed(key + " is text", key, value="text")
    yield changed("an unknown key", "extra", value=1)
    yield changed("percent for share", "student", "accuracy", value=82.9)
    yield changed("negative share", "before", "teachers", 0, "positive_flips", value=-0.1)
    yield changed("share above 1", "before", "accuracy", value=1.01)
    yield from pair_mutations(changed, report["before"]["teachers"][0])
    if report["before"]["teachers"][0]["flip_entropy"] is None:
        yield changed("null without reason", "before", "teachers", 0, "flip_entropy_reason", remove=True)
        yield changed("reason without null", "before", "teachers", 0, "flip_entropy", value=1.0)
    else:
        yield changed("null without reason", "before", "teachers", 0, "flip_entropy", value=None)
        yield changed("reason without null", "before", "teachers", 0, "flip_entropy_reason", value="why")
    yield changed("a half sample", "before", "teachers", 0, "counts", "both_right", value=0.5)
    yield changed("no teachers", "teachers", value=[])
    yield changed("no samples", "evaluation", "samples", value=0)
    yield changed("no hash", "teachers", 0, "sha256", value="abc")
    yield changed("class share above 1", "classes", 0, "teachers", 0, "positive_flips", value=2)
    yield changed("class without name", "classes", 0, "name", remove=True)
    yield changed("negative seed", "manifest", "seed", value=-1)
    yield changed("versions without ours", "manifest", "versions", value={"torch": "2.11.0"})
    yield changed("local time", "manifest", "created", value="yesterday")
    if "meaning" in report:
        yield from meaning_mutations(changed, report["meaning"])
    if "transfer" not in report:
        return
    for key in list(report["transfer"]):
        if key not in ("curve", "fast", "precision"):  # of some runs alone
            yield changed("transfer without " + key, "transfer", key, remove=True)
    for key in list(report["transfer"]["stages"][0]):
        yield changed("stage without " + key, "transfer", "stages", 0, key, remove=True)
    yield changed("no stage", "transfer", "stages", value=[])
    yield changed("unknown mode", "transfer", "mode", value="together")
    yield changed("unknown layout", "transfer", "layout", value="diagonal")
    yield changed("unknown precision", "transfer", "precision", value="auto")
    yield changed("delta of a stage beyond 1", "transfer", "stages", 0, "delta_stage", value=1.5)
    yield changed("distance below 0", "transfer", "weight_distance", value=-0.1)
    yield changed("distance null without reason", "transfer", "weight_distance", value=None)
    yield changed("an unknown key of a stage", "transfer", "stages", 0, "extra", value=1)
    several = report["transfer"]["mode"] != "single"
    yield changed("another mode", "transfer", "mode", value="single" if several else "sequential")
    yield changed("against others", "transfer", "against", value="teacher" if several else "any teacher")
    if several:
        yield changed("per teacher without rate", "transfer", "per_teacher", 0, "transfer_rate", remove=True)
    if "curve" in report["transfer"]:
        yield changed("a point beyond the end", "transfer", "curve", 0, "position", value=1.5)
        yield changed("no points", "transfer", "curve", value=[])
    if "fast" in report["transfer"]:
        yield changed("fast without loss", "transfer", "fast", "loss", remove=True)
    if report["transfer"]["stages"][0]["routing"]["rule"]:
        yield changed("rule without teachers", "transfer", "stages", 0, "routing", "teachers", remove=True)
    yield changed("delta beyond 1", "transfer", "delta", value=1.67)
    yield changed("p above 1", "transfer", "mcnemar_p", value=1.2)
    yield changed("p below 0", "transfer", "mcnemar_p", value=-1e-9)
    yield changed("one bound", "transfer", "delta_ci95", value=[0.1])
    yield changed("three bounds", "transfer", "delta_ci95", value=[0, 0, 0])
    yield changed("strict rate above 1", "transfer", "transfer_rate", "strict", value=1.2)
    yield changed("flips of a rate", "transfer", "transfer_rate", "positive_flips", remove=True)
    yield changed("memory null without reason", "transfer", "memory_bytes", value=None)
    yield changed("negative rate", "transfer", "transfer_rate", "paper", value=-0.2)
    yield changed("a missing top set", "transfer", "transfer_rate", "top_classes", 0, remove=True)
    yield changed("another top set", "transfer", "transfer_rate", "top_classes", 0, "percent", value=3)
    yield changed("routing above 1", "transfer", "routing", "positive", value=72)
    yield changed("unknown method", "transfer", "method", value="magic")
    yield changed("finished as text", "transfer", "finished", value="yes")
    yield changed("no gain of a class", "classes", 0, "gain", remove=True)
    yield changed("a transfer without options", "manifest", "options", value=None)
    if not several:
        yield changed("two teachers", "teachers", value=report["teachers"] * 2)
    else:
        yield changed("one teacher of several", "teachers", value=report["teachers"][:1])
