# SPDX-License-Identifier: Apache-2.0
"""Weights that do not fit are named, never dropped: whatever a library asks for, loading is strict here."""
from contextlib import contextmanager

from problem import Problem, few

# What batch norm counts, and masks or tables that an architecture computes for itself: older files lack or keep them.
COMPUTED = ("num_batches_tracked", "relative_position_index", "attn_mask", "relative_coords_table")


def computed(name):
    return name.rsplit(".", 1)[-1] in COMPUTED


def require_fit(model, state, architecture):
    """Every tensor of the model is in `state` with its shape and kind, and nothing else is."""
    own = model.state_dict()
    wrong = [f"{name} {list(state[name].shape)} for {list(own[name].shape)}"
             for name in own if name in state and state[name].shape != own[name].shape]
    missing = [name for name in own if name not in state and not computed(name)]
    further = [name for name in state if name not in own and not computed(name)]
    kinds = [f"{name} of {state[name].dtype}" for name in own if name in state
             and own[name].is_floating_point() and not state[name].is_floating_point()]
    if not (wrong or missing or further or kinds):
        return
    found = []
    if missing:
        found.append(f"missing: {few(missing, 3)}")
    if further:
        found.append(f"not known to it: {few(further, 3)}")
    if wrong:
        found.append(f"other shapes: {few(wrong, 3)}")
    if kinds:
        found.append(f"no floating-point numbers: {few(kinds, 3)}")
    raise Problem(f"the weights must be those of {architecture}", "; ".join(found),
                  "Name the architecture that they belong to")


@contextmanager
def strictly(architecture):
    """While it lasts every model that loads a state dict loads all of it, and at least one does."""
    from torch import nn
    original = nn.Module.load_state_dict
    loads = []

    def load_state_dict(self, state_dict, strict=True, assign=False):
        require_fit(self, state_dict, architecture)
        loads.append(self)
        return original(self, {name: value for name, value in state_dict.items() if name in self.state_dict()},
                        strict=False)
    nn.Module.load_state_dict = load_state_dict
    try:
        yield
    finally:
        nn.Module.load_state_dict = original
    if not loads:
        raise Problem(f"the weights must be those of {architecture}", "an architecture that loads none of them",
                      "Name the architecture that they belong to")
