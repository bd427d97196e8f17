# SPDX-License-Identifier: Apache-2.0
"""Trafo, CNN or MLP: what kind of model an architecture is.

The paper's list decides for its own models. Otherwise the source file of the architecture decides, so that a list of all
models needs none of them built: files of transformers and of MLPs are named here, every other file is convolutional.
Hybrids count as Trafo where attention mixes the last and largest stages. Sequencer mixes by recurrence, neither by
attention nor by convolution, and stands with the MLPs.
"""

TRANSFORMERS = {
    "beit", "cait", "coat", "convit", "crossvit", "davit", "deit", "edgenext", "efficientformer", "efficientformer_v2",
    "efficientvit_mit", "efficientvit_msra", "eva", "gcvit", "hiera", "hieradet_sam2", "levit", "maxvit", "maxxvit",
    "mobilevit", "mvitv2", "naflexvit", "nest", "nextvit", "pit", "pvt_v2", "shvit", "swiftformer", "swin_transformer",
    "swin_transformer_v2", "swin_transformer_v2_cr", "tiny_vit", "tnt", "twins", "visformer", "vision_transformer",
    "vision_transformer_hybrid", "vision_transformer_relpos", "vision_transformer_sam", "vitamin", "volo", "xcit",
}
MLPS = {"mlp_mixer", "sequencer"}
# Files that hold more than one kind, by how the architecture's name begins.
BY_NAME = {"caformer": "Trafo", "convformer": "CNN", "poolformer": "CNN"}


def family_of(architecture, source_file):
    """`source_file`: the last part of the module's name in which the library defines the architecture."""
    for beginning, family in BY_NAME.items():
        if architecture.startswith(beginning):
            return family
    if source_file in TRANSFORMERS:
        return "Trafo"
    return "MLP" if source_file in MLPS else "CNN"
