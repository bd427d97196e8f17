// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "semantics/text_tensors.h"

namespace gf {

/// A sentence encoder of the BERT kind out of a folder on disk: config.json, model.safetensors or its shards, vocab.txt
/// or tokenizer.json; where they are there, sentence_bert_config.json (the longest text), 1_Pooling/config.json (mean
/// over the tokens, or the first one) and modules.json are followed. Without them: mean pooling. Throws Error(Input)
/// naming file, key, rule and value.
std::unique_ptr<TextEncoder> openBertText(const std::filesystem::path& folder);

}  // namespace gf
