# SPDX-License-Identifier: Apache-2.0
"""Where weights lie on this machine, and reading them without running anything that a file holds."""
import json
import os
import re
import struct
import zipfile
from urllib.parse import urlparse

from problem import Problem, few

WRAPPERS = ("state_dict_ema", "model_ema", "ema", "state_dict", "model_state_dict", "model", "net", "params")
PREFIXES = ("module.", "_orig_mod.")
HUB_FILES = ("model.safetensors", "pytorch_model.bin")
MOST_HEADER = 100 << 20  # bytes, as safetensors itself allows


def stay_offline():
    """No weights are ever fetched, whatever a library tries."""
    import socket

    def refuse(self, address, *rest):
        if self.family == socket.AF_UNIX:
            return connect(self, address, *rest)
        raise OSError("the importer never uses the network")
    connect = socket.socket.connect
    socket.socket.connect = refuse
    socket.socket.connect_ex = refuse


def in_hub_cache(repository, names=HUB_FILES):
    """The first of `names` that the Hugging Face cache has of a repository, or None."""
    try:
        from huggingface_hub import try_to_load_from_cache
    except ImportError:
        return None
    repository, _, revision = repository.partition("@")
    for name in names:
        found = try_to_load_from_cache(repository, name, revision=revision or None)
        if isinstance(found, str) and os.path.exists(found):
            return found
    return None


def places():
    """Where weights are looked for on this machine."""
    try:
        from huggingface_hub.constants import HF_HUB_CACHE
    except ImportError:
        return [torch_hub_folder()]
    return [str(HF_HUB_CACHE), torch_hub_folder()]


def torch_hub_folder():
    import torch
    return os.path.join(torch.hub.get_dir(), "checkpoints")


def in_torch_hub(url):
    """The file that torch.hub would have kept of `url`, or None."""
    if not url:
        return None
    if isinstance(url, (list, tuple)):
        name = url[1]
    else:
        name = os.path.basename(urlparse(url).path)
    found = os.path.join(torch_hub_folder(), name)
    return found if name and os.path.isfile(found) else None


def read_state(path, notes):
    """Names and float32 tensors of a checkpoint, freed from what wraps them; `notes` gets what the user should know."""
    try:
        size = os.path.getsize(path)
        with open(path, "rb") as stream:
            start = stream.read(64)
    except OSError as failure:
        raise Problem("the weights must be readable", failure.strerror or str(failure), "Choose another file")
    if size == 0:
        raise Problem("the weights must not be empty", "0 bytes", "Download or save the file again")
    if path.endswith(".safetensors") or looks_safe(start, size):
        return cleaned(read_safetensors(path, size, start), notes)
    if start.startswith(b"version https://git-lfs"):
        raise Problem("the weights must be there", "a Git LFS pointer that stands for them",
                      "Fetch the file itself: git lfs pull")
    if path.endswith((".npz", ".npy")) or start.startswith(b"\x93NUMPY"):
        raise Problem("weights are read from safetensors or a state dict", "a NumPy archive",
                      "Load it with its library and save a state dict with safetensors")
    return cleaned(read_pickle(path), notes)


def looks_safe(start, size):
    return len(start) > 8 and start[8:9] == b"{" and struct.unpack("<Q", start[:8])[0] < size


def read_safetensors(path, size, start):
    length = struct.unpack("<Q", start[:8])[0] if len(start) >= 8 else 0
    if length > min(size - 8, MOST_HEADER):
        raise Problem("the safetensors file must be whole", f"a header of {length} bytes in a file of {size} bytes",
                      "Download or save the file again")
    try:
        from safetensors import SafetensorError
        from safetensors.torch import load_file
    except ImportError:
        raise Problem("this file needs the Python package safetensors", "a Python without it",
                      "pip install safetensors")
    try:
        return load_file(path)
    except (SafetensorError, OSError, ValueError, KeyError) as failure:
        raise Problem("the safetensors file must be whole", one_line(failure), "Download or save the file again")


def read_pickle(path):
    import pickle

    import torch
    if is_script(path):
        raise Problem("weights come as safetensors or a state dict", "a TorchScript archive",
                      "Add it as it is: it needs no import")
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as failure:
        # What PyTorch says goes on to explain how to trust the file: that is no advice for a file of others.
        text = str(failure)
        names = re.findall(r"GLOBAL ([\w.]+)", text)
        if names:
            raise Problem("the file must hold tensors alone, as a state dict does; other objects are never unpickled, "
                          "since that runs code", "an object of " + few(dict.fromkeys(names), 2),
                          "In Python that trusts the file: save model.state_dict() with safetensors, and import that")
        reason = re.search(r"WeightsUnpickler error: ([^\n]+)", text)
        raise Problem("the weights must be a state dict that PyTorch can read",
                      one_line(reason.group(1)) if reason else "another kind of file", "Download or save the file again")
    except (RuntimeError, EOFError, OSError, ValueError, KeyError, AttributeError, TypeError, IndexError,
            AssertionError, ImportError, MemoryError, OverflowError, zipfile.BadZipFile) as failure:
        raise Problem("the weights must be a state dict that PyTorch can read", one_line(failure),
                      "Download or save the file again")


def is_script(path):
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith("/constants.pkl") for name in archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def one_line(failure):
    text = str(failure) or type(failure).__name__
    return " ".join(text.split())[:200]


def cleaned(state, notes):
    import torch
    while isinstance(state, dict):
        part = next((key for key in WRAPPERS if isinstance(state.get(key), dict)), None)
        if part is None:
            break
        if "ema" in part:
            notes.append(f"the averaged weights ({part}) of the file were taken")
        state = state[part]
    if not isinstance(state, dict):
        raise Problem("the weights must be a state dict: names and tensors", f"a {type(state).__name__}",
                      "Save model.state_dict()")
    tensors = {}
    for name, value in state.items():
        if not isinstance(name, str) or not isinstance(value, torch.Tensor):
            continue  # step counts and the like beside the tensors
        changed = True
        while changed:
            changed = False
            for prefix in PREFIXES:
                if name.startswith(prefix):
                    name, changed = name[len(prefix):], True
        tensors[name] = value
    if not tensors:
        raise Problem("the weights must be a state dict: names and tensors",
                      f"no tensor in it, but {few(map(repr, state), 3)}" if state else "nothing in it",
                      "Save model.state_dict()")
    for name, value in tensors.items():
        if value.is_complex() or value.is_quantized or value.is_sparse:
            raise Problem("weights must be dense real numbers", f"{name}: {value.dtype}", "Save the plain weights")
        if value.is_floating_point() and value.dtype != torch.float32:
            tensors[name] = value.float()
    return tensors


def require_finite(state):
    import torch
    for name, value in state.items():
        if value.is_floating_point() and not torch.isfinite(value).all():
            raise Problem("weights must be finite numbers", f"{name} holds NaN or infinity",
                          "Take another checkpoint: this one answers nothing")


def config_beside(path):
    """config.json in the folder of a checkpoint, as timm keeps it on the Hugging Face hub; None where there is none."""
    place = os.path.join(os.path.dirname(os.path.abspath(path)), "config.json")
    if not os.path.isfile(place):
        return None
    try:
        if os.path.getsize(place) > 64 << 20:
            raise ValueError("more than 64 MiB")
        with open(place, encoding="utf-8") as stream:
            config = json.load(stream)
    except (OSError, ValueError, RecursionError) as failure:
        raise Problem(f"{place} must be JSON", one_line(failure), "Correct it, or move it away and name the architecture")
    if not isinstance(config, dict):
        raise Problem(f"{place} must be a JSON object", type(config).__name__, "Correct it, or move it away")
    return config
