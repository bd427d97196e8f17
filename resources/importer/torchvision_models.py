# SPDX-License-Identifier: Apache-2.0
"""torchvision's classifiers: which there are, building one, and what its weights' description says about it."""
import class_names
import weights
from families import family_of
from problem import Problem
from strict_loading import require_fit, strictly

LIBRARY = "torchvision"


def every():
    """Of each name "resnet50.IMAGENET1K_V2": the architecture and the entry of its weights; features are left out."""
    from torchvision import models
    found = {}
    for architecture in models.list_models(module=models):
        for entry in models.get_model_weights(architecture):
            if entry.meta.get("categories"):
                found[f"{architecture}.{entry.name}"] = (architecture, entry)
    return found


def names():
    return list(every())


def architectures():
    from torchvision import models
    return models.list_models(module=models)


def full_name(name):
    architecture, entry = split(name)
    return f"{architecture}.{entry.name}" if entry else name


def found_weights(name):
    return weights.in_torch_hub(every()[name][1].url)


def split(name):
    """(architecture, weights or None): a bare architecture stands for its best weights."""
    from torchvision import models
    architecture, _, tag = name.partition(".")
    if architecture not in models.list_models(module=models):
        raise Problem("the architecture must be one that torchvision knows", name,
                      "gainfinder import torchvision --list shows them")
    if not tag:
        return architecture, models.get_model_weights(architecture).DEFAULT
    entry = every().get(name)
    return architecture, entry[1] if entry else None


def source_file(architecture):
    from torchvision import models
    return models.get_model_builder(architecture).__module__.rsplit(".", 1)[-1]


def listed():
    for name, (architecture, entry) in every().items():
        side = entry.transforms().crop_size[0]
        yield {"name": name, "family": family_of(architecture, source_file(architecture)),
               "weights": weights.in_torch_hub(entry.url) or "", "data": "ImageNet-1k", "input_size": [3, side, side],
               "parameters": entry.meta.get("num_params"), "paper_name": "", "accuracy": published_accuracy(entry)}


def published_accuracy(entry):
    """Share of ImageNet-1k's validation images, or None."""
    published = entry.meta.get("_metrics", {}).get("ImageNet-1K", {}).get("acc@1")
    return published / 100 if published else None


def build_fresh(name, request):
    import torch
    from torchvision import models
    architecture, entry = split(name)
    torch.manual_seed(request["seed"])
    return models.get_model(architecture, weights=None), entry, f"random weights, seed {request['seed']}"


def build_pretrained(name, request, notes):
    from torchvision import models
    architecture, entry = split(name)
    if entry is None:
        raise Problem("torchvision must publish weights of this name", name, "Use --checkpoint FILE or --random-init")
    found = weights.in_torch_hub(entry.url)
    if not found:
        raise Problem("its pretrained weights must be on this machine: nothing is downloaded",
                      f"no {entry.url.rsplit('/', 1)[-1]} in {weights.torch_hub_folder()}",
                      f"On a machine with a network fetch {entry.url} into that folder; or use --checkpoint FILE, or "
                      "--random-init")
    state = weights.read_state(found, notes)
    weights.require_finite(state)
    # What the library does after loading (heads that are for training alone) stays its own business.
    kind = type(entry)
    original = kind.get_state_dict
    kind.get_state_dict = lambda self, *arguments, **keywords: state
    try:
        with strictly(name):
            model = models.get_model(architecture, weights=entry)
    finally:
        kind.get_state_dict = original
    return model, entry, f"pretrained weights in {found}"


def build_from_file(name, request, notes):
    from torchvision import models
    if not name:
        raise Problem("the architecture must be named", "only a file",
                      "gainfinder import torchvision ARCHITECTURE --checkpoint FILE")
    architecture, entry = split(name)
    state = weights.read_state(request["checkpoint"], notes)
    weights.require_finite(state)
    # torchvision's classifiers all end in one linear layer (SqueezeNet in a convolution), registered last.
    bare = models.get_model(architecture, weights=None)
    last = [key for key, value in bare.state_dict().items() if key.endswith(".weight") and value.dim() > 1][-1]
    if last not in state:
        require_fit(bare, state, architecture)
    classes = int(state[last].shape[0])
    if classes != bare.state_dict()[last].shape[0]:
        notes.append(f"the head of the file answers for {classes} classes")
    extra = {"init_weights": False} if architecture in ("googlenet", "inception_v3") else {}
    if extra and not any("aux" in key.lower() for key in state):
        extra["aux_logits"] = False
    model = models.get_model(architecture, weights=None, num_classes=classes, **extra)
    require_fit(model, state, architecture)
    model.load_state_dict(state, strict=False)
    if extra and extra.get("aux_logits", True):
        drop_training_heads(model)
    return name, model, entry, f"weights in {request['checkpoint']}"


def drop_training_heads(model):
    """Heads that only training uses: torchvision drops them from pretrained models as well."""
    model.aux_logits = False
    for head in ("aux1", "aux2", "AuxLogits"):
        if hasattr(model, head):
            setattr(model, head, None)


def describe(name, model, entry, request, notes):
    architecture = name.partition(".")[0]
    transforms = entry.transforms()
    description = {
        "name": name,
        "family": family_of(architecture, source_file(architecture)),
        "input_size": [3, transforms.crop_size[0], transforms.crop_size[0]], "mean": list(transforms.mean),
        "std": list(transforms.std), "interpolation": transforms.interpolation.value,
        "crop_pct": transforms.crop_size[0] / transforms.resize_size[0], "crop_mode": "center",
    }
    if entry.meta.get("license"):
        description["licence"] = entry.meta["license"]
    published = published_accuracy(entry)
    if published and not request["random_init"] and not request["checkpoint"]:
        description["reference_accuracy"] = {"data": "ImageNet-1k", "value": published}
    count = outputs_of(model, transforms.crop_size[0])
    known = class_names.of_imagenet(count) if has_timm() else None
    if known:
        description.update({"classes": known[0], "wnids": known[1]})
    elif count == len(entry.meta["categories"]):
        description["classes"] = class_names.checked(entry.meta["categories"], count, "categories of torchvision")
    return description


def has_timm():
    import importlib.util
    return importlib.util.find_spec("timm") is not None


def outputs_of(model, side):
    import torch
    model.eval()
    with torch.no_grad():
        answer = model(torch.zeros(1, 3, side, side))
    return int((answer if isinstance(answer, torch.Tensor) else answer[0]).shape[1])
