# SPDX-License-Identifier: Apache-2.0
"""Golden data for tests/transfer, made by PyTorch in Python.

  make_golden.py inputs      two tiny models, one traced model, and an IDX folder of small pictures
  make_golden.py more-inputs a second teacher, and a model with batch norms of several momenta
  make_golden.py objectives  values, gradients and masks of every objective on fixed logits
  make_golden.py parallel    the same for three teachers at once, with ties between them
  make_golden.py features    values and gradients of CD on fixed features
  make_golden.py crd         CRD on fixed features, heads, banks and negatives, over two batches
  make_golden.py batchnorm   batch-norm statistics as PyTorch's cumulative average takes them
  make_golden.py weights     the student after short runs of every method
  make_golden.py fits        the student after short supervised trainings, with the labels alone
  make_golden.py sample      logits of the shipped sample models on the first test pictures
  make_golden.py all         everything but the inputs, which are to stay as they are

Nothing here is shared with the C++ code: the objectives are written from their equations, the sums
of the partition one by one, CRD as its authors' implementation computes it, and the generators of
views, orders and CRD's start are written anew.

A case of weights.json: `options` as the program's options.json has them; `teachers`, the files that
teach, with `teacher_meta`, what replaces their metadata; `steps`, optimiser steps in all;
`tensors`, the student at the end (of MCL the slow weights), and for MCL `fast`, the fast weights. Of fits.json:
`classes`, what the model is told its outputs are, and `samples`, how many are used.
"""
import argparse
import argparse

import torch

from golden_fits import make_fits
from golden_inputs import SAMPLE, load, make_inputs, make_more_inputs, read_idx, write
from golden_objectives import make_crd, make_features, make_objectives, make_parallel
from golden_runs import make_batchnorm, make_weights


def make_sample(count=16):
    """Logits of every shipped model on the first pictures of the shipped slice, which have the models' size."""
    pixels = torch.from_numpy(read_idx(SAMPLE / "fashion-slice" / "t10k-images-idx3-ubyte.gz")[:count].copy())
    logits = {}
    for file in sorted((SAMPLE / "shelf").glob("*.pt")):
        model, meta = load(file)
        channels, height, width = meta["input_size"]
        assert (channels, height, width) == (1, *pixels.shape[1:]) and meta["crop_pct"] == 1, file
        inputs = (pixels[:, None].float() / 255 - meta["mean"][0]) / meta["std"][0]
        with torch.no_grad():
            logits[file.name] = model.eval()(inputs).flatten().tolist()
    write("sample_logits.json", {"samples": count, "logits": logits})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    inputs = {"inputs": make_inputs, "more-inputs": make_more_inputs}
    steps = {"objectives": make_objectives, "parallel": make_parallel, "features": make_features, "crd": make_crd,
             "batchnorm": make_batchnorm, "weights": make_weights, "fits": make_fits,
             "sample": make_sample}
    parser.add_argument("what", choices=[*inputs, *steps, "all"])
    what = parser.parse_args().what
    torch.set_num_threads(1)
    for name in (steps if what == "all" else [what]):
        {**inputs, **steps}[name]()


if __name__ == "__main__":
    main()
