#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every architecture of the paper's shelf through the program, one by one, judged by PyTorch's own answers.

For each: import of a checkpoint that timm's model saved, whose layer scales and zero heads are filled so that every
block counts; its logits against the eager model's on the same images; compare; a transfer with kl-dp of two optimiser
steps, interrupted between them and resumed; the student it leaves, again against PyTorch's own logits.

  paper_shelf.py --program build/release/bin/gainfinder [--only NAME...] [--table FILE.md] [--work FOLDER]
Runs in the Python with torch and timm, which is also handed to the importer.
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import numpy
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
IMPORTER = os.path.join(HERE, "..", "..", "resources", "importer")
CLASSES = ["tench", "hammerhead", "ostrich", "junco"]
TEACHER = "regnety_006.pycls_in1k"
TOLERANCE = 1e-4  # of logits, relative to the largest where that is above 1
SECONDS = 1800  # of one command


def write_images(folder):
    """One image of each class for training and one for evaluation, 300 pixels wide, of soft patches."""
    from PIL import Image
    generator = numpy.random.default_rng(0)
    for split in ("train", "val"):
        for name in CLASSES:
            place = os.path.join(folder, split, name)
            os.makedirs(place, exist_ok=True)
            patches = generator.integers(0, 256, (6, 6, 3), dtype=numpy.uint8)
            Image.fromarray(patches).resize((300, 300), Image.BICUBIC).save(os.path.join(place, "0.png"))


def inputs_of(folder, description):
    """The evaluation images as timm's evaluation transform prepares them."""
    from PIL import Image
    from timm.data import create_transform
    transform = create_transform(**{key: description[key] for key in ("mean", "std", "interpolation", "crop_pct", "crop_mode")},
                                 input_size=tuple(description["input_size"]), is_training=False)
    files = (os.path.join(folder, "val", name, "0.png") for name in sorted(CLASSES))
    return torch.stack([transform(Image.open(file).convert("RGB")) for file in files])


def filled_model(name, images):
    """timm's model with nothing left at zero or near it, and batch norm that has seen images."""
    import timm
    torch.manual_seed(0)
    model = timm.create_model(name)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.rand(parameter.shape, generator=generator)
            if parameter.dim() > 1 and float(parameter.abs().max()) == 0:
                parameter.copy_(0.04 * (noise - 0.5))
            elif parameter.dim() == 1 or parameter.numel() == max(parameter.shape):
                parameter.add_(0.1 * noise)
        if any("running_mean" in key for key, _ in model.named_buffers()):
            for part in model.modules():
                if isinstance(part, torch.nn.modules.batchnorm._BatchNorm):
                    part.momentum = None
            model.train()
            model(images)
    return model.eval()


def difference(one, other):
    if one.shape != other.shape:
        return float("inf")
    return float(numpy.abs(one - other).max() / max(1.0, float(numpy.abs(other).max())))


class Bench:
    def __init__(self, program, work):
        self.program, self.work = program, work
        self.data = os.path.join(work, "data")
        self.environment = {**os.environ, "XDG_CACHE_HOME": os.path.join(work, "cache"), "OMP_NUM_THREADS": "1",
                            "GAINFINDER_PYTHON": sys.executable}
        write_images(self.data)

    def path(self, *parts):
        return os.path.join(self.work, *parts)

    def run(self, *words, expect=0):
        done = subprocess.run([self.program, *words], env=self.environment, capture_output=True, text=True,
                              timeout=SECONDS, check=False)
        if done.returncode != expect:
            raise AssertionError(f"{words[0]}: exit code {done.returncode}: {(done.stderr or done.stdout)[-400:]}")
        return json.loads(done.stdout) if "--json" in words else done.stdout

    def logits(self, model, name):
        out = self.path(name + ".npy")
        self.run("predict", "--model", model, "--data", self.data, "--out", out, "--overwrite", "--device", "cpu",
                 "--threads", "1")
        return numpy.load(out)

    def transfer(self, student, teacher, epochs, out):
        words = [self.program, "transfer", "--student", student, "--teacher", teacher, "--data", self.data, "--method",
                 "kl-dp", "--epochs", str(epochs), "--batch", "4", "--device", "cpu", "--threads", "1", "--out", out]
        return words

    def interrupted_transfer(self, student, teacher):
        """Stopped by Ctrl-C once the first state lies on the disk, then resumed to its end."""
        for epochs in (2, 6, 24):  # of one step each; a small model may end before it can be stopped
            out = self.path("run")
            shutil.rmtree(out, ignore_errors=True)
            words = self.transfer(student, teacher, epochs, out)
            with open(self.path("transfer.log"), "w", encoding="utf-8") as log:
                child = subprocess.Popen(words, env=self.environment, stdout=log, stderr=log)
                started = time.monotonic()
                while child.poll() is None and time.monotonic() - started < SECONDS:
                    states = os.path.join(out, "state")
                    if os.path.isdir(states) and any(name.endswith(".state") for name in os.listdir(states)):
                        child.send_signal(signal.SIGINT)
                        break
                    time.sleep(0.02)
                code = child.wait(timeout=SECONDS)
            if code == 130:
                self.run(*words[1:], "--resume")
                return out, epochs
            if code != 0:
                with open(self.path("transfer.log"), encoding="utf-8") as log:
                    raise AssertionError(f"transfer: exit code {code}: {log.read()[-400:]}")
        raise AssertionError("transfer: it could not be interrupted")

    def check(self, name):
        from safetensors.torch import save_file
        started = time.monotonic()
        shutil.rmtree(self.path("model"), ignore_errors=True)
        import timm
        size = timm.get_pretrained_cfg(name)
        images = torch.randn([8] + list(size.input_size), generator=torch.Generator().manual_seed(2))
        model = filled_model(name, images)
        weights = self.path("model", "weights.safetensors")
        os.makedirs(self.path("model"), exist_ok=True)
        save_file({key: value.contiguous().clone() for key, value in model.state_dict().items()}, weights)
        made = self.run("import", "timm", name, "--checkpoint", weights, "--out", self.path("model"), "--json")
        os.remove(weights)
        student = made["imported"][0]["file"]
        description = self.description(made)
        assert description["family"], "no family"
        with torch.no_grad():
            eager = model(inputs_of(self.data, description)).numpy()
        parameters = sum(parameter.numel() for parameter in model.parameters())
        del model
        imported = difference(self.logits(student, "student"), eager)
        spread = float(eager.std(axis=0).max())
        self.run("compare", "--student", student, "--teacher", self.teacher, "--data", self.data, "--device", "cpu",
                 "--threads", "1", "--out", self.path("compared"), "--overwrite")
        out, epochs = self.interrupted_transfer(student, self.teacher)
        os.remove(student)
        learned = os.path.join(out, "student.pt")
        again = torch.jit.load(learned)
        with torch.no_grad():
            own = again(inputs_of(self.data, description)).numpy()
        changed = float(numpy.abs(own - eager).max())
        del again
        reloaded = difference(self.logits(learned, "learned"), own)
        assert imported <= TOLERANCE, f"imported: logits differ by {imported:g}"
        assert reloaded <= TOLERANCE, f"reloaded: logits differ by {reloaded:g}"
        assert changed > 0, "nothing was learned"
        shutil.rmtree(out)
        return {"name": name, "parameters": parameters, "family": description["family"], "imported": imported,
                "reloaded": reloaded, "spread": spread, "steps": epochs, "seconds": time.monotonic() - started}

    def description(self, made):
        answer = self.run("inspect", made["imported"][0]["file"], "--json")
        return answer["models"][0]["metadata"]

    def prepare_teacher(self):
        made = self.run("import", "timm", TEACHER, "--random-init", "--out", self.path("teacher"), "--overwrite", "--json")
        self.teacher = made["imported"][0]["file"]


def row(result):
    return (f"| {result['name']} | {result['family']} | {result['parameters'] / 1e6:.2f} | yes | "
            f"{result['imported']:.1e} | {result['spread']:.2g} | yes | {result['steps']} | {result['reloaded']:.1e} | "
            f"{result['seconds']:.0f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--table", default="")
    parser.add_argument("--work", default="")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with open(os.path.join(IMPORTER, "paper_shelf.json"), encoding="utf-8") as stream:
        shelf = json.load(stream)["models"]
    entries = {entry["timm"]: entry for entry in shelf}
    names = arguments.only or sorted(entries, key=lambda name: entries[name]["params_millions"])
    work = arguments.work or tempfile.mkdtemp(prefix="paper-shelf-")
    bench = Bench(os.path.abspath(arguments.program), work)
    bench.prepare_teacher()
    lines = ["| model | family | parameters (M) | imported | logits: file − eager | spread of logits | compared | "
             "steps of kl-dp, interrupted and resumed | logits: student reloaded − PyTorch | seconds |",
             "|---|---|---:|---|---:|---:|---|---:|---:|---:|"]
    failures = 0
    for name in names:
        try:
            result = bench.check(name)
            printed = entries[name]["params_millions"]
            if abs(result["parameters"] / 1e6 - printed) > 0.00501:
                raise AssertionError(f"{result['parameters']} parameters for {printed} million in the tables")
            lines.append(row(result))
        except Exception as failure:  # the next model is still to be looked at
            failures += 1
            lines.append(f"| {name} | FAILED: {' '.join(str(failure).split())[:300]} |")
        print(lines[-1], flush=True)
        if arguments.table:
            with open(arguments.table, "w", encoding="utf-8") as stream:
                stream.write("\n".join(lines) + "\n")
    if not arguments.work:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{len(names) - failures} of {len(names)} passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
