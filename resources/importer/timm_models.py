# SPDX-License-Identifier: Apache-2.0
"""timm's classifiers: which there are, building one, and what its configuration says about it."""
import class_names
import weights
from families import family_of
from paper import paper_shelf
from problem import Problem, few
from strict_loading import strictly

LIBRARY = "timm"


def names():
    """Architectures with the tag of their weights; those of one architecture stand together."""
    import timm
    return timm.list_models(pretrained=True)


def architectures():
    import timm
    return timm.list_models()


def full_name(name):
    """With the tag of the weights that timm takes by default."""
    tag = configuration(name).get("tag")
    return f"{name}.{tag}" if tag and "." not in name else name


def architecture_of(name):
    from timm.models import is_model
    architecture = name.partition(".")[0]
    if not is_model(architecture):
        raise Problem("the architecture must be one that timm knows", name, "gainfinder import timm --list shows them")
    return architecture


def source_file(architecture):
    from timm.models import _registry
    return _registry._model_to_module[architecture]


def configuration(name):
    from timm.models import get_pretrained_cfg
    config = get_pretrained_cfg(name)
    return config.to_dict() if config else {}


def found_weights(name):
    """The file with this model's pretrained weights, or None."""
    config = configuration(name)
    found = None
    if config.get("hf_hub_id"):
        found = weights.in_hub_cache(config["hf_hub_id"])
    return found or weights.in_torch_hub(config.get("url"))


def how_to_get(name):
    config = configuration(name)
    repository, url = config.get("hf_hub_id"), config.get("url")
    if repository:
        return f"fetch them with: hf download {repository} model.safetensors"
    if url:
        address = url[0] if isinstance(url, (list, tuple)) else url
        return f"fetch {address} into {weights.torch_hub_folder()}"
    return "timm publishes none for it"


def listed():
    shelf = paper_shelf()
    for name in names():
        config = configuration(name)
        classes = config.get("num_classes", 0)
        if not classes:
            continue  # features without a classifier
        architecture = name.partition(".")[0]
        paper = shelf.get(name)
        known = class_names.LABEL_SETS.get(classes)
        yield {"name": name, "family": paper["family"] if paper else family_of(architecture, source_file(architecture)),
               "weights": found_weights(name) or "", "data": known[1] if known else "",
               "input_size": list(config.get("input_size", (3, 224, 224))),
               "parameters": round(paper["params_millions"] * 1e6) if paper else None,
               "paper_name": paper["paper"] if paper else "", "accuracy": paper["top1"] / 100 if paper else None}


def head_classes(state, config, architecture):
    """How many classes a state dict's head answers for: the rows of its classifier."""
    heads = config.get("classifier") or ()
    heads = (heads,) if isinstance(heads, str) else tuple(heads)
    for head in heads + ("head", "fc", "classifier", "head.fc", "head.l", "last_linear"):
        for ending in (".weight", ".linear.weight"):
            if head + ending in state:
                return int(state[head + ending].shape[0])
    raise Problem(f"the weights must hold the classifier of {architecture}",
                  f"no {heads[0] if heads else 'head'}.weight, but {few(state, 3)}",
                  "Take weights with their head: features alone classify nothing")


def create(architecture, overlay=None, **arguments):
    import timm
    from timm.layers import set_layer_config
    with set_layer_config(scriptable=True):
        return timm.create_model(architecture, pretrained=overlay is not None, pretrained_cfg_overlay=overlay,
                                 **arguments)


def build_fresh(name, request):
    import torch
    config = configuration(name)
    if not config.get("num_classes", 1000):
        config["num_classes"] = 1000
    torch.manual_seed(request["seed"])
    model = create(name, num_classes=config.get("num_classes", 1000))
    return model, config, f"random weights, seed {request['seed']}"


def build_pretrained(name, request, notes):
    config = configuration(name)
    if not config:
        raise Problem("the library must publish weights for this model", f"none for {name}",
                      "Use --checkpoint FILE or --random-init")
    if not config.get("num_classes"):
        raise Problem("the model must have a classifier", "features alone",
                      "Choose weights that were trained or fine-tuned for classes")
    found = found_weights(name)
    if not found:
        raise Problem("its pretrained weights must be on this machine: nothing is downloaded", "no such file in the "
                      "caches of Hugging Face and torch hub", "On a machine with a network "
                      + how_to_get(name) + "; or use --checkpoint FILE, or --random-init")
    state = weights.read_state(found, notes)
    weights.require_finite(state)
    return load(name, state, config, {}), config, f"pretrained weights in {found}"


def load(name, state, config, arguments):
    with strictly(name):
        # timm removes or shifts a head by these two where they differ from the model's.
        overlay = {"state_dict": state, "num_classes": config["num_classes"]}
        model = create(name, overlay, num_classes=config["num_classes"], **arguments)
    return model


def build_from_file(name, request, notes):
    """Weights of the user's: the architecture is named or stands in config.json beside them."""
    path = request["checkpoint"]
    beside = weights.config_beside(path)
    described = described_by(beside) if beside and beside.get("architecture") else None
    if not name:
        if described is None:
            raise Problem("the architecture must be known", "neither a name nor a config.json of timm beside the file",
                          "Name it: gainfinder import timm ARCHITECTURE --checkpoint FILE")
        name = described["architecture"]
    architecture = architecture_of(name)
    config = configuration(name)
    arguments = {}
    if described and described["architecture"] == architecture:
        config.update(described["config"])
        arguments = described["arguments"]
    state = weights.read_state(path, notes)
    weights.require_finite(state)
    given = config.get("num_classes")
    config["num_classes"] = head_classes(state, config, name)
    if config["num_classes"] != given and described is None:
        notes.append(f"the head of the file answers for {config['num_classes']} classes")
    config["label_offset"] = None
    return name, load(name, state, config, arguments), config, f"weights in {path}"


def described_by(beside):
    """What timm's config.json says, as its own reader understands it."""
    import copy

    from timm.models._hub import _parse_model_cfg
    try:
        config, architecture, arguments = _parse_model_cfg(copy.deepcopy(beside), {})
    except (KeyError, TypeError, AttributeError, ValueError) as failure:
        raise Problem("config.json must be as timm writes it", weights.one_line(failure),
                      "Correct it, or move it away and name the architecture")
    if not isinstance(architecture, str) or not isinstance(config, dict):
        raise Problem("config.json must be as timm writes it", "an architecture that is no text",
                      "Correct it, or move it away and name the architecture")
    plain = arguments if isinstance(arguments, dict) else {}
    plain = {key: value for key, value in plain.items()
             if isinstance(value, (str, int, float, bool, list)) and key not in ("pretrained", "num_classes")}
    return {"architecture": architecture, "config": config, "arguments": plain}


def describe(name, model, config, request, notes):
    """Metadata as gainfinder.json has it, but for the classes that are to be asked for."""
    paper = paper_shelf().get(name)
    architecture = name.partition(".")[0]
    interpolation = config.get("interpolation", "bicubic")
    if interpolation not in ("bilinear", "bicubic"):
        notes.append(f"its interpolation, {interpolation}, is not offered: bicubic stands in its place")
        interpolation = "bicubic"
    description = {
        "name": name, "family": paper["family"] if paper else family_of(architecture, source_file(architecture)),
        "input_size": list(config.get("input_size", (3, 224, 224))), "mean": list(config["mean"]),
        "std": list(config["std"]), "interpolation": interpolation, "crop_pct": float(config.get("crop_pct") or 0.875),
        "crop_mode": config.get("crop_mode") or "center",
    }
    if config.get("license"):
        description["licence"] = config["license"]
    pretrained = not request["random_init"] and not request["checkpoint"]
    if paper and pretrained:
        description["reference_accuracy"] = {"data": "ImageNet-1k", "value": paper["top1"] / 100}
    description.update(labels_of(config, request, notes))
    return description


def labels_of(config, request, notes):
    count = config["num_classes"]
    labels = config.get("label_names")
    if labels:
        described = config.get("label_descriptions")
        texts = [described[label] for label in labels] if isinstance(described, dict) and all(
            label in described for label in labels) else list(labels)
        if len(set(texts)) != len(texts):
            texts = list(labels)
        return {"classes": class_names.checked(texts, count, "label_names of the configuration")}
    known = class_names.of_imagenet(count)
    if known:
        names_, wnids, _ = known
        return {"classes": names_, "wnids": wnids}
    if request["checkpoint"]:
        return {}
    notes.append(f"what its {count} outputs stand for is not known: they are called class 0 to class {count - 1}; "
                 "outputs of this number may also be an embedding rather than classes")
    return {"classes": class_names.numbered(count)}
