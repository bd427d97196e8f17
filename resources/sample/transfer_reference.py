# SPDX-License-Identifier: Apache-2.0
"""The transfers in plain PyTorch, kept apart from the C++ code so that each can check the other.

Teacher and frozen student are fixed and the only augmentation is a mirror, so their logits are
computed once for the image and once for its mirror, and looked up afterwards.
"""
import io
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from shelf_train import logits_of

METHODS = ("xe", "kl", "xe-kl", "kl-dp", "kl-dp-unsup")  # xe: the labels alone, no teacher, as a control


@dataclass(frozen=True)
class Settings:
    method: str
    epochs: int
    lr: float
    temperature: float = 1.0
    kl_weight: float = 0.5      # lambda of xe-kl
    momentum: float = 0.9
    weight_decay: float = 1e-3
    batch: int = 64


@dataclass(frozen=True)
class Outcome:
    """Shares of the evaluation set, 0-1."""
    before: float
    after: float
    gain: float
    loss: float

    @property
    def delta(self):
        return self.after - self.before


def kl(target_logits, student_logits, temperature):
    """KL(target || student), summed over classes, averaged over the batch, times T squared."""
    target = F.log_softmax(target_logits / temperature, 1)
    student = F.log_softmax(student_logits / temperature, 1)
    return (target.exp() * (target - student)).sum(1).mean() * temperature ** 2


def prefers_teacher(method, teacher, frozen, labels):
    """Per sample, whether data partitioning routes it to the teacher; temperature 1, ties to the student."""
    p_teacher, p_frozen = teacher.softmax(1), frozen.softmax(1)
    if method == "kl-dp":
        rows = torch.arange(len(labels))
        return p_teacher[rows, labels] > p_frozen[rows, labels]
    return p_teacher.amax(1) > p_frozen.amax(1)


def objective(settings, student, teacher, frozen, labels):
    """The loss of one batch from the three models' logits [N, C]."""
    if settings.method == "xe":
        return F.cross_entropy(student, labels)
    if settings.method == "kl":
        return kl(teacher, student, settings.temperature)
    if settings.method == "xe-kl":
        return (settings.kl_weight * kl(teacher, student, settings.temperature)
                + (1 - settings.kl_weight) * F.cross_entropy(student, labels))
    routed = prefers_teacher(settings.method, teacher, frozen, labels)
    return kl(torch.where(routed[:, None], teacher, frozen), student, settings.temperature)


def both_views(model, images):
    """Logits [2, N, C] for the images and their mirrors."""
    return torch.stack([logits_of(model, images), logits_of(model, images.flip(-1))])


def duplicate(model):
    """An independent copy of a scripted model (deepcopy would leave its parameters non-leaf)."""
    buffer = io.BytesIO()
    torch.jit.save(model, buffer)
    buffer.seek(0)
    return torch.jit.load(buffer)


def transfer(settings, initial, teacher, images, labels, seed):
    """The student after the last epoch, in eval mode; `initial` is left as it is.

    teacher: its logits of both views, as both_views gives them.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    frozen = both_views(initial, images)
    student = duplicate(initial).train()
    optimiser = torch.optim.SGD(student.parameters(), settings.lr, settings.momentum,
                                weight_decay=settings.weight_decay)
    for _ in range(settings.epochs):
        for rows in torch.randperm(len(images), generator=generator).split(settings.batch):
            view = (torch.rand(len(rows), generator=generator) < 0.5).long()
            picked = images[rows]
            picked = torch.where(view.bool()[:, None, None, None], picked.flip(-1), picked)
            optimiser.zero_grad()
            objective(settings, student(picked), teacher[view, rows], frozen[view, rows], labels[rows]).backward()
            optimiser.step()
    return student.eval()


def outcome(before, after, labels):
    """Gain and loss between two predictions [N]."""
    was, now = before == labels, after == labels

    def share(hits):
        return hits.double().mean().item()

    return Outcome(share(was), share(now), share(~was & now), share(was & ~now))


def flips(teacher, student, labels):
    """(positive, negative) flips: teacher right and student wrong, and the reverse."""
    right_t, right_s = teacher == labels, student == labels
    return (right_t & ~right_s).double().mean().item(), (~right_t & right_s).double().mean().item()
