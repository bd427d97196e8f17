#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns a classifier of timm or torchvision into a TorchScript checkpoint with its description inside.

The program starts this script once for each model, with limits; people may as well. It reads one JSON object from the
first argument and writes JSON, an object a line, on stdout; nothing else is written there. No network is used and no
pickled object other than tensors is ever built.

  import_model.py '{"do": "versions"}'                        {"torch": "2.11.0", "timm": ...}
  import_model.py '{"do": "list"}'                            a line for each model, then {"places": [where weights are looked for]}
  import_model.py '{"do": "resolve", "library": "timm", "names": ["resnet*"], "random_init": true}'
      {"names": [...], "unknown": [{"name", "rule", "observed", "remedy"}]}
  import_model.py '{"do": "make", "library": "timm", "name": "resnet50.a1_in1k", "file": "/tmp/resnet50.pt", ...}'
      {"stage": ...} as it goes on, then {"made": ...} or {"failed": {"rule", "observed", "remedy"}}
"""
import json
import os
import sys
import time

sys.dont_write_bytecode = True
for variable in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_IMPLICIT_TOKEN"):
    os.environ[variable] = "1"

from problem import Problem  # noqa: E402  (what follows must not reach a library that is already online)

MOST_DIFFERENCE = 1e-4  # of scripted and eager logits, relative to the largest where that is above 1


def say(answers, **message):
    answers.write(json.dumps(message, allow_nan=False) + "\n")
    answers.flush()


def versions():
    """By their metadata alone: loading them takes seconds."""
    from importlib.metadata import PackageNotFoundError, version
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for package in ("torch", "timm", "torchvision", "safetensors", "huggingface_hub"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ""
    return found


def library_of(name):
    try:
        if name == "timm":
            import timm  # noqa: F401
            import timm_models
            return timm_models
        import torchvision  # noqa: F401
        import torchvision_models
        return torchvision_models
    except ImportError as failure:
        raise Problem(f"this Python must have {name}", str(failure), f"pip install {name}, or choose another --python")


def list_all(answers):
    import weights
    found = versions()
    for name in ("timm", "torchvision"):
        if not found[name]:
            continue
        for entry in sorted(library_of(name).listed(), key=lambda entry: entry["name"]):
            say(answers, library=name, **entry)
    say(answers, places=weights.places())


def make(request, answers):
    import torch
    started = time.monotonic()
    library = library_of(request["library"])
    notes = []
    say(answers, stage="Building")
    name = request["name"]
    if request["checkpoint"]:
        name, model, config, source = library.build_from_file(name, request, notes)
    elif request["random_init"]:
        model, config, source = library.build_fresh(name, request)
    else:
        name = library.full_name(name)
        model, config, source = library.build_pretrained(name, request, notes)
    model.eval()
    description = library.describe(name, model, config, request, notes)
    description["source"] = f"{library.LIBRARY} {versions()[library.LIBRARY]}, {source}"
    description.update(given_metadata(request))
    require_complete(description, model)
    say(answers, stage="Compiling")
    scripted, traced = compiled(model, description, notes)
    difference = compare(scripted, model, description)
    say(answers, stage="Writing")
    write(scripted, description, request["file"])
    parameters = sum(parameter.numel() for parameter in model.parameters())
    say(answers, made={"name": description["name"], "parameters": parameters, "traced": traced,
                       "largest_difference": difference, "warnings": notes, "torch": torch.__version__,
                       "seconds": round(time.monotonic() - started, 2)})


def given_metadata(request):
    given = request.get("metadata") or {}
    if not isinstance(given, dict):
        raise Problem("--model-meta must hold a JSON object", type(given).__name__, "Correct the file")
    return given


def require_complete(description, model):
    import torch
    size = description["input_size"]
    with torch.no_grad():
        answer = first_output(model(torch.zeros([2] + list(size))))
    count = answer.shape[-1] if answer.dim() == 2 else None
    if count is None:
        raise Problem("the model must answer one row of logits for each image", f"shape {list(answer.shape)}",
                      "Choose a classifier")
    classes = description.get("classes")
    if not classes:
        raise Problem("the names of its classes must be known, in the order of its outputs",
                      f"{count} outputs, and no names for them",
                      'Give them with --model-meta FILE.json: {"classes": ["first", "second", ...]}')
    if len(classes) != count:
        raise Problem("classes must name every output of the model", f"{len(classes)} names for {count} outputs",
                      "Correct classes in --model-meta FILE.json")
    if "wnids" in description and len(description["wnids"]) != count:
        del description["wnids"]


def first_output(answer):
    import torch
    return answer if isinstance(answer, torch.Tensor) else answer[0]


def compiled(model, description, notes):
    """Scripted, so that it can learn; traced where that fails, which only teaches."""
    import torch
    try:
        scripted = torch.jit.script(model)
    except Exception as failure:  # whatever a library's Python trips over
        notes.append("it could not be compiled as a script (" + " ".join(str(failure).split())[:200]
                     + "); it was traced instead, so it can be a teacher but not a student")
        with torch.no_grad():
            return torch.jit.trace(model, torch.zeros([2] + list(description["input_size"]))), True
    with torch.no_grad():
        answer = scripted(torch.zeros([2] + list(description["input_size"])))
    if not isinstance(answer, torch.Tensor):
        scripted = torch.jit.script(FirstOutput.of(scripted).eval())
    return scripted, False


class FirstOutput:
    """For models that answer more than their logits once they are compiled."""

    @staticmethod
    def of(scripted):
        import torch

        class LogitsAlone(torch.nn.Module):
            def __init__(self, model):
                super().__init__()
                self.model = model

            def forward(self, x):
                return self.model(x)[0]
        return LogitsAlone(scripted)


def compare(scripted, model, description):
    """The largest difference between what the file and the library's model answer, relative as MOST_DIFFERENCE says."""
    import torch
    inputs = torch.randn([2] + list(description["input_size"]), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        own, other = first_output(model(inputs)), scripted(inputs)
    if own.shape != other.shape:
        raise Problem("compiled and original model must answer alike", f"{list(other.shape)} and {list(own.shape)}",
                      "Export the model by hand")
    if not torch.isfinite(own).all():
        raise Problem("the model must answer finite numbers", "NaN or infinity in its logits", "Check its weights")
    difference = float((own - other).abs().max() / max(1.0, float(own.abs().max())))
    if not difference <= MOST_DIFFERENCE:
        raise Problem("compiled and original model must answer alike", f"logits that differ by {difference:g}",
                      "Export the model by hand")
    return difference


def write(scripted, description, path):
    """Into memory first: PyTorch's own file writer ends the process when the disk is full."""
    import io

    import torch
    memory = io.BytesIO()
    torch.jit.save(scripted, memory, _extra_files={"gainfinder.json": json.dumps(description, ensure_ascii=False)})
    try:
        with open(path, "wb") as stream:
            stream.write(memory.getbuffer())
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as failure:
        raise Problem("the checkpoint must be writable", failure.strerror or str(failure),
                      "Free some space, or choose another --out")


def perform(request, answers):
    do = request["do"]
    if do == "versions":
        say(answers, **versions())
        return
    import weights
    weights.stay_offline()
    if do == "list":
        list_all(answers)
    elif do == "resolve":
        import which
        names, unknown = which.resolve(library_of(request["library"]), request["names"], request["random_init"])
        say(answers, names=names, unknown=unknown)
    elif do == "make":
        make(request, answers)
    else:
        raise Problem("do must be versions, list, resolve or make", str(do))


def request_of(argument):
    if argument.startswith("@"):  # too long for an argument
        with open(argument[1:], encoding="utf-8") as stream:
            return json.load(stream)
    return json.loads(argument)


def main():
    # Libraries print what they like; only answers go to the real stdout.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        import warnings
        warnings.simplefilter("ignore")
        perform(request_of(sys.argv[1]), answers)
    except Problem as problem:
        say(answers, failed=problem.as_dict())
        return 3
    except MemoryError:
        say(answers, failed={"rule": "the model must fit into memory", "observed": "no memory left",
                             "remedy": "Close other programs"})
        return 3
    except Exception as failure:
        text = " ".join((str(failure) or type(failure).__name__).split())[:300]
        if "memory" in text.lower() and "alloc" in text.lower():
            rule = "the model must fit into memory"
        else:
            rule = "the library must build the model"
        say(answers, failed={"rule": rule, "observed": f"{type(failure).__name__}: {text}", "remedy": ""})
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
