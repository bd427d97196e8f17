# SPDX-License-Identifier: Apache-2.0
"""Values and gradients of every objective, written from the equations; see make_golden.py."""
import numpy as np
import torch
import torch.nn.functional as F

from golden_inputs import write

METHODS = ["kl", "xe-kl", "kl-dp", "kl-dp-unsup"]
CRD_WIDTH = 128


def highest(target, count):
    """Classes that each row of `target` ranks highest, equal ones by their number; all of them for 0."""
    if count == 0 or count >= target.shape[1]:
        return torch.arange(target.shape[1]).repeat(len(target), 1)
    return torch.from_numpy(np.argsort(-target.numpy(), 1, kind="stable")[:, :count].copy())


def softened(target, student, options):
    """Log-probabilities of both over the classes that count."""
    classes = highest(target, options.get("top-k", 0))
    return [F.log_softmax(z.gather(1, classes) / options["temperature"], 1) for z in (target, student)]


def row_kl(target, student, options):
    """KL of each sample [B], without the T squared."""
    p, q = softened(target, student, options)
    if options.get("direction") == "student-target":
        p, q = q, p
    return F.kl_div(q, p, reduction="none", log_target=True).sum(1)


def row_ce(target, student, options):
    """Cross-entropy with soft labels of each sample [B], without the T squared."""
    p, q = softened(target, student, options)
    return torch.stack([F.cross_entropy(q[i:i + 1], p[i:i + 1].exp()) for i in range(len(p))])


def choose(method, teachers, frozen, labels):
    """Whom each sample follows: 0 the frozen student, k teacher k - 1; sample by sample, as one would by hand."""
    chosen = []
    for i, label in enumerate(labels.tolist()):
        sure = [torch.softmax(model[i:i + 1], 1)[0] for model in [frozen, *teachers]]
        sure = [(each[label] if method == "kl-dp" else each.max()).item() for each in sure]
        chosen.append(sure.index(max(sure)))
    return torch.tensor(chosen)


def similarity(features):
    """Cosine of every pair of rows, one pair at a time."""
    return torch.stack([F.cosine_similarity(row[None], features, 1) for row in features])


def contrast(teacher, student):
    p, q = (F.log_softmax(similarity(each), 1) for each in (teacher.detach(), student))
    return F.kl_div(q, p, reduction="batchmean", log_target=True)


def weight_of(options):
    """The distillation term's share beside cross-entropy."""
    if options["method"] == "kl":
        return 1
    defaults = {"xe-kl": 0.5, "xe-kl-mcl": 0.7, "cd": 0.5}
    return options.get("lambda", defaults.get(options["method"], 1))


def objective(options, student, teachers, frozen, labels):
    """`student`: logits, or for cd (logits, features); `teachers`: a list of logits, for cd of features."""
    method = options["method"]
    if method == "cd":
        student, features = student
        term = contrast(teachers[0], features)
    else:
        rows = row_ce if method == "ce" else row_kl
        teachers, frozen = [each.detach() for each in teachers], frozen.detach()
        targets = torch.ones(len(labels), dtype=torch.long)
        if method in ("kl-dp", "kl-dp-unsup"):
            targets = choose(method, teachers, frozen, labels)
        sums = [rows(z, student, options)[targets == k].sum() for k, z in enumerate([frozen, *teachers])]
        term = sum(sums) / len(labels) * options["temperature"] ** 2
    weight = weight_of(options)
    if weight == 1:
        return term
    smoothing = options.get("label-smoothing", 0)
    spread = F.one_hot(labels, student.shape[1]) * (1 - smoothing) + smoothing / student.shape[1]
    truth = -(spread * F.log_softmax(student, 1)).sum(1).mean()
    return weight * term + (1 - weight) * truth


def fixed_logits():
    random = torch.Generator().manual_seed(11)
    student, teacher, frozen = (3 * torch.randn(8, 5, generator=random) for _ in range(3))
    labels = torch.tensor([0, 1, 2, 3, 4, 0, 2, 4])
    # Row 0: equally sure (exactly one half) with different answers beside it, a tie that shows where it goes.
    teacher[0] = torch.tensor([0., -200, 0, -200, -200])
    frozen[0] = torch.tensor([0., 0, -200, -200, -200])
    # Row 1: one and the same answer.
    teacher[1] = frozen[1]
    return student, teacher, frozen, labels


def solved(options, student, teachers, frozen, labels):
    leaf = student.clone().requires_grad_()
    value = objective(options, leaf, teachers, frozen, labels)
    value.backward()
    return {"options": options, "value": value.item(), "gradient": leaf.grad.flatten().tolist()}


def objective_options():
    both = ("target-student", "student-target")
    weights = {"kl": [1.0], "xe-kl": [0.05, 0.5], "kl-dp": [1.0, 0.75], "kl-dp-unsup": [1.0, 0.75]}
    for method in METHODS:
        for direction in both:
            for temperature in (0.1, 1.0, 4.0, 10.0):
                for weight in weights[method]:
                    options = {"method": method, "temperature": temperature, "direction": direction}
                    if method != "kl":
                        options["lambda"] = weight
                    yield options
    for temperature in (0.1, 1.0, 4.0, 10.0):
        for weight in (1.0, 0.25):
            yield {"method": "ce", "temperature": temperature, "lambda": weight}
    for smoothing in (0.1, 0.6):
        yield {"method": "xe-kl", "temperature": 4.0, "lambda": 0.25, "label-smoothing": smoothing}
        yield {"method": "xe-kl-mcl", "temperature": 1.0, "label-smoothing": smoothing}
    yield {"method": "kl-dp", "temperature": 1.0, "lambda": 0.9, "label-smoothing": 0.1}
    for count in (1, 2, 3, 5, 9):
        for direction in both:
            yield {"method": "kl", "temperature": 4.0, "direction": direction, "top-k": count}
        yield {"method": "ce", "temperature": 4.0, "top-k": count}
        yield {"method": "kl-dp", "temperature": 1.0, "top-k": count}
    yield {"method": "xe-kl", "temperature": 0.1, "lambda": 0.5, "top-k": 2}
    yield {"method": "kl-dp-unsup", "temperature": 10.0, "top-k": 2}


def make_objectives():
    student, teacher, frozen, labels = fixed_logits()
    cases = [solved(options, student, [teacher], frozen, labels) for options in objective_options()]
    masks = {m: [bool(t) for t in choose(m, [teacher], frozen, labels)] for m in METHODS[2:]}
    write("objectives.json", {"student": student.flatten().tolist(), "teacher": teacher.flatten().tolist(),
                              "frozen": frozen.flatten().tolist(), "labels": labels.tolist(), "masks": masks,
                              "cases": cases})


def make_parallel():
    random = torch.Generator().manual_seed(12)
    student, frozen, first, second, third = (3 * torch.randn(10, 5, generator=random) for _ in range(5))
    labels = torch.tensor([0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
    sure = torch.tensor([9., 0, 0, 0, 0])
    half = torch.tensor([0., 0, -200, -200, -200])  # one half each, exactly
    second[0] = third[0] = sure                     # the first of two equally sure teachers
    first[1] = second[1] = third[1] = frozen[1]     # all equal: the frozen student
    frozen[2] = torch.tensor([-9., 0, 0, 0, 0])     # nobody is like the frozen student, two are alike
    first[2] = third[2] = sure.roll(2)
    frozen[5], second[5], first[5], third[5] = half, half.roll(-1), torch.zeros(5), torch.zeros(5)
    teachers = [first, second, third]
    targets = {m: choose(m, teachers, frozen, labels).tolist() for m in METHODS[2:]}
    cases = []
    for method in METHODS[2:]:
        for more in ({}, {"temperature": 4.0}, {"lambda": 0.75, "direction": "student-target"}, {"top-k": 2}):
            options = {"method": method, "temperature": 1.0, "teachers": "parallel", **more}
            cases.append(solved(options, student, teachers, frozen, labels))
    write("parallel.json", {"student": student.flatten().tolist(), "frozen": frozen.flatten().tolist(),
                            "teachers": [each.flatten().tolist() for each in teachers], "labels": labels.tolist(),
                            "targets": targets, "cases": cases})


# Features -------------------------------------------------------------------------------------------------------------

def coarse(*shape, random, scale=1.0):
    """Random numbers of a few digits, so that a file of them stays small."""
    return (scale * torch.randn(*shape, generator=random, dtype=torch.float64)).mul(1000).round().div(1000)


def make_features():
    random = torch.Generator().manual_seed(13)
    cases = []
    for batch, ours, theirs in ((1, 3, 2), (2, 4, 7), (5, 6, 3), (8, 3, 3), (8, 2, 16)):
        features, teacher = coarse(batch, ours, random=random), coarse(batch, theirs, random=random)
        logits, labels = coarse(batch, 5, random=random), torch.arange(batch) % 5
        leaf, head = features.clone().requires_grad_(), logits.clone().requires_grad_()
        value = objective({"method": "cd", "lambda": 1}, (head, leaf), [teacher], None, labels)
        gradient = torch.autograd.grad(value, leaf)[0]
        options = {"method": "cd", "lambda": 0.25, "label-smoothing": 0.1}
        total = objective(options, (head, leaf), [teacher], None, labels)
        both = torch.autograd.grad(total, (leaf, head))
        cases.append({"student": features.tolist(), "teacher": teacher.tolist(), "logits": logits.tolist(),
                      "labels": labels.tolist(), "value": value.item(), "gradient": gradient.flatten().tolist(),
                      "options": options, "total": total.item(), "total_gradient": both[0].flatten().tolist(),
                      "logits_gradient": both[1].flatten().tolist()})
    write("features.json", {"cases": cases})


class Contrast:
    """CRD's loss and memory as its authors' implementation has them; `student` and `teacher` are linear layers."""

    def __init__(self, options, count, student, teacher, banks):
        self.options, self.count, self.heads, self.banks = options, count, (student, teacher), list(banks)
        self.normalisers = [None, None]

    def __call__(self, features, positions, negatives):
        """`features`: of student and teacher. Updates the banks."""
        unit = [F.linear(f, *head) for f, head in zip(features, self.heads)]
        unit = [each / each.pow(2).sum(1, keepdim=True).pow(0.5) for each in unit]
        candidates = torch.cat([positions[:, None], negatives], 1)
        loss = sum(self.side(i, unit[i], self.banks[1 - i], candidates) for i in (0, 1))
        for i in (0, 1):
            moved = self.options["crd-momentum"] * self.banks[i][positions]
            moved = moved + (1 - self.options["crd-momentum"]) * unit[i].detach()
            self.banks[i] = self.banks[i].index_copy(0, positions, moved / moved.norm(dim=1, keepdim=True))
        return loss

    def side(self, i, unit, bank, candidates):
        out = torch.exp(torch.bmm(bank[candidates], unit[:, :, None])[..., 0] / self.options["crd-temperature"])
        if self.normalisers[i] is None:
            self.normalisers[i] = out.mean().item() * self.count
        out = out / self.normalisers[i]
        noise = (candidates.shape[1] - 1) / self.count
        positive = torch.log(out[:, 0] / (out[:, 0] + noise + 1e-7))
        negative = torch.log(noise / (out[:, 1:] + noise + 1e-7))
        return -(positive.sum() + negative.sum()) / len(out)


def make_crd():
    random = torch.Generator().manual_seed(14)
    count, ours, theirs = 9, 3, 4
    labels = torch.tensor([0, 1, 2, 0, 1, 2, 0, 1, 2])
    heads = [[coarse(CRD_WIDTH, width, random=random, scale=0.5), coarse(CRD_WIDTH, random=random, scale=0.1)]
             for width in (ours, theirs)]
    banks = [coarse(count, CRD_WIDTH, random=random, scale=CRD_WIDTH ** -0.5) for _ in range(2)]
    leaves = [[each.clone().requires_grad_() for each in head] for head in heads]
    options = {"method": "crd", "crd-momentum": 0.3, "crd-temperature": 0.07, "crd-weight": 0.8}
    memory = Contrast(options, count, *leaves, banks)
    cases = []
    for positions, negatives in (([4, 0, 8], [[0, 5, 6, 8], [1, 2, 7, 5], [0, 1, 4, 6]]),
                                 ([0, 5], [[4, 8, 2, 7], [3, 0, 4, 1]])):
        positions, negatives = torch.tensor(positions), torch.tensor(negatives)
        assert (labels[negatives] != labels[positions][:, None]).all()
        features = coarse(len(positions), ours, random=random).requires_grad_()
        teacher = coarse(len(positions), theirs, random=random)
        logits = coarse(len(positions), 5, random=random)
        loss = memory((features, teacher), positions, negatives)
        gradients = torch.autograd.grad(loss, [features, *leaves[0], *leaves[1]])
        total = F.cross_entropy(logits, labels[positions]) + options["crd-weight"] * loss.detach()
        cases.append({"positions": positions.tolist(), "negatives": negatives.tolist(), "student": features.tolist(),
                      "teacher": teacher.tolist(), "logits": logits.tolist(), "value": loss.item(),
                      "total": total.item(), "gradients": [each.flatten().tolist() for each in gradients],
                      "banks": [bank[positions].flatten().tolist() for bank in memory.banks]})
    write("crd.json", {"options": options, "labels": labels.tolist(), "widths": [ours, theirs],
                       "heads": [[each.flatten().tolist() for each in head] for head in heads],
                       "banks": [bank.flatten().tolist() for bank in banks], "cases": cases})
