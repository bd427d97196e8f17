// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "semantics/text_tensors.h"

namespace gf {

/// The text half of CLIP (Radford et al. 2021) out of a folder on disk, in either of two layouts:
/// transformers' (config.json of a CLIPModel, CLIPTextModelWithProjection or CLIPTextModel, model.safetensors or its
/// shards) or open_clip's (open_clip_config.json, open_clip_model.safetensors). Beside either: vocab.json and
/// merges.txt, or tokenizer.json. The embedding is that of the text's end mark, projected where the model has a
/// projection. Throws Error(Input) naming file, key, rule and value.
std::unique_ptr<TextEncoder> openClipText(const std::filesystem::path& folder);

}  // namespace gf
