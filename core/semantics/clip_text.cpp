// SPDX-License-Identifier: Apache-2.0
#include "semantics/clip_text.h"

#include "base/error.h"
#include "semantics/byte_pair.h"

namespace gf {
namespace {
namespace fs = std::filesystem;

constexpr std::int64_t kWidest = 65536, kDeepest = 1000, kLongest = 100000, kMostTokens = 10'000'000;
/// What old configurations say for the end mark; transformers then takes the highest id instead.
constexpr std::int64_t kLegacyEnd = 2;

/// The numbers behind one text tower, whichever layout they came from.
struct Shape {
  std::int64_t vocabulary = 0, width = 0, inner = 0, layers = 0, heads = 0, positions = 0;
  double epsilon = 1e-5;
  Activation activation = nullptr;
  std::string activationName;
  bool highestId = false;  ///< The embedding is taken at the highest id, not at `end`.
  std::int64_t end = 0;
  bool causal = true;
};

struct Layer {
  LayerNorm before, between;
  Linear query, key, value, out, up, down;
};

struct Weights {
  at::Tensor tokens, positions;  ///< [V, W], [P, W]
  std::vector<Layer> layers;
  LayerNorm last;
  at::Tensor projection;  ///< [D, W]; undefined where the model has none.
};

class ClipText final : public TextEncoder {
 public:
  ClipText(const fs::path& folder, std::string layout, Shape shape, const TextTensors& tensors, Weights weights,
           fs::path config)
      : tokenizer_(folder), layout_(std::move(layout)), shape_(std::move(shape)), weights_(std::move(weights)) {
    files_ = tensors.files();
    files_.push_back(std::move(config));
    for (const char* name :
         {"vocab.json", "merges.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"}) {
      std::error_code ignored;
      if (fs::exists(folder / name, ignored)) files_.push_back(folder / name);
    }
    if (tokenizer_.size() > shape_.vocabulary) {
      failInput(folder.string(),
                "every token must have a row in the embedding table, which has " + std::to_string(shape_.vocabulary),
                "token " + std::to_string(tokenizer_.size() - 1));
    }
  }

  std::int64_t dimensions() const override {
    return weights_.projection.defined() ? weights_.projection.size(0) : shape_.width;
  }
  TokenIds tokens(const std::string& text) const override {
    return tokenizer_.encode(text, static_cast<std::size_t>(shape_.positions));
  }
  std::vector<fs::path> files() const override { return files_; }
  nlohmann::ordered_json settings() const override {
    return {{"layout", layout_},
            {"layers", shape_.layers},
            {"width", shape_.width},
            {"activation", shape_.activationName},
            {"pooling", shape_.highestId ? "highest id" : "end mark"},
            {"projected", weights_.projection.defined()},
            {"longest_text", shape_.positions}};
  }

 private:
  at::Tensor forward(const at::Tensor& ids) const override {
    at::Tensor x = at::embedding(weights_.tokens, ids) + weights_.positions.slice(0, 0, ids.size(1));
    for (const Layer& layer : weights_.layers) {
      const at::Tensor normal = layer.before(x);
      x = x + layer.out(
                  attention(layer.query(normal), layer.key(normal), layer.value(normal), shape_.heads, shape_.causal));
      x = x + layer.down(shape_.activation(layer.up(layer.between(x))));
    }
    // argmax answers the first of equals: the first end mark, or the first highest id.
    const at::Tensor place = shape_.highestId ? ids.argmax(-1) : (ids == shape_.end).to(at::kInt).argmax(-1);
    const at::Tensor pooled = weights_.last(x).index({at::arange(ids.size(0), at::kLong), place});
    return weights_.projection.defined() ? at::linear(pooled, weights_.projection) : pooled;
  }

  BytePairTokenizer tokenizer_;
  std::string layout_;
  Shape shape_;
  Weights weights_;
  std::vector<fs::path> files_;
};

void requireHeads(const Settings& config, const char* key, const Shape& shape) {
  if (shape.width % shape.heads == 0) return;
  config.fail(key, "must divide the width " + std::to_string(shape.width), std::to_string(shape.heads));
}

/// The text part of a transformers configuration. Old files repeat it under text_config_dict, which then wins.
Settings textSettings(const Settings& config) {
  const std::string type = config.text("model_type", "clip");
  if (type != "clip" && type != "clip_text_model") {
    config.fail("model_type", "must be clip or clip_text_model", shortJson(type));
  }
  if (!config.has("text_config") && !config.has("text_config_dict")) return config;
  nlohmann::json merged = config.object("text_config").json();
  merged.update(config.object("text_config_dict").json());
  return {merged, config.file(), "text_config."};
}

Shape transformersShape(const Settings& text) {
  Shape shape;
  shape.vocabulary = text.whole("vocab_size", 49408, 1, kMostTokens);
  shape.width = text.whole("hidden_size", 512, 1, kWidest);
  shape.inner = text.whole("intermediate_size", 2048, 1, kWidest * 4);
  shape.layers = text.whole("num_hidden_layers", 12, 1, kDeepest);
  shape.heads = text.whole("num_attention_heads", 8, 1, kWidest);
  shape.positions = text.whole("max_position_embeddings", 77, 2, kLongest);
  shape.epsilon = text.number("layer_norm_eps", 1e-5, 0, 1);
  shape.activationName = text.text("hidden_act", "quick_gelu");
  shape.activation = activationOf(text, "hidden_act", "quick_gelu");
  shape.end = text.whole("eos_token_id", 49407, 0, kMostTokens);
  shape.highestId = shape.end == kLegacyEnd;
  requireHeads(text, "num_attention_heads", shape);
  return shape;
}

Layer transformersLayer(const TextTensors& tensors, const std::string& at, const Shape& shape) {
  const auto square = [&](const char* name) {
    return linearOf(tensors, at + "self_attn." + name, shape.width, shape.width);
  };
  return {layerNormOf(tensors, at + "layer_norm1", shape.width, shape.epsilon),
          layerNormOf(tensors, at + "layer_norm2", shape.width, shape.epsilon),
          square("q_proj"),
          square("k_proj"),
          square("v_proj"),
          square("out_proj"),
          linearOf(tensors, at + "mlp.fc1", shape.inner, shape.width),
          linearOf(tensors, at + "mlp.fc2", shape.width, shape.inner)};
}

/// A CLIPTextModel has no projection; every other architecture must have one.
bool needsProjection(const Settings& config) {
  if (!config.has("architectures")) return config.has("text_config");
  const auto& names = config.json().at("architectures");
  if (!names.is_array() || names.size() != 1 || !names[0].is_string()) {
    config.fail("architectures", "must hold one name", shortJson(names));
  }
  return names[0].get<std::string>() != "CLIPTextModel";
}

std::unique_ptr<TextEncoder> openTransformers(const fs::path& folder, const fs::path& file) {
  const Settings config(readStrictObject(file), file.string());
  const Settings text = textSettings(config);
  const Shape shape = transformersShape(text);
  const TextTensors tensors(folder, {"model.safetensors"});
  const std::string at = tensors.prefixBefore("embeddings.token_embedding.weight");
  Weights weights;
  weights.tokens = tensors.floats(at + "embeddings.token_embedding.weight", {shape.vocabulary, shape.width});
  weights.positions = tensors.floats(at + "embeddings.position_embedding.weight", {shape.positions, shape.width});
  for (std::int64_t i = 0; i < shape.layers; ++i) {
    weights.layers.push_back(transformersLayer(tensors, at + "encoder.layers." + std::to_string(i) + ".", shape));
  }
  weights.last = layerNormOf(tensors, at + "final_layer_norm", shape.width, shape.epsilon);
  if (needsProjection(config) || tensors.has("text_projection.weight")) {
    const Settings& owner = config.has("text_config") ? config : text;
    weights.projection =
        tensors.floats("text_projection.weight", {owner.whole("projection_dim", 512, 1, kWidest), shape.width});
  }
  return std::make_unique<ClipText>(folder, "transformers", shape, tensors, std::move(weights), file);
}

Shape openClipShape(const Settings& model) {
  const Settings text = model.object("text_cfg");
  for (const char* key : {"hf_model_name", "hf_tokenizer_name"}) {
    if (text.has(key))
      text.fail(key, "must not be there: only CLIP's own text tower is read", shortJson(text.json().at(key)));
  }
  if (text.boolean("embed_cls", false)) text.fail("embed_cls", "must be false: a CoCa tower is not read", "true");
  const std::string pool = text.text("pool_type", "argmax");
  if (pool != "argmax" && pool != "eos") text.fail("pool_type", "must be argmax or eos", shortJson(pool));
  Shape shape;
  shape.vocabulary = text.whole("vocab_size", 49408, 1, kMostTokens);
  shape.width = text.whole("width", 512, 1, kWidest);
  shape.inner = static_cast<std::int64_t>(static_cast<double>(shape.width) * text.number("mlp_ratio", 4, 0.01, 100));
  shape.layers = text.whole("layers", 12, 1, kDeepest);
  shape.heads = text.whole("heads", 8, 1, kWidest);
  shape.positions = text.whole("context_length", 77, 2, kLongest);
  shape.activationName = model.boolean("quick_gelu", false) ? "quick_gelu" : "gelu";
  shape.activation = activationOf({{{"activation", shape.activationName}}, model.file()}, "activation", "gelu");
  shape.highestId = pool == "argmax";
  shape.end = text.whole("eos_id", -1, 0, kMostTokens);
  shape.causal = !text.boolean("no_causal_mask", false);
  requireHeads(text, "heads", shape);
  return shape;
}

/// open_clip keeps query, key and value in one matrix.
Layer openClipLayer(const TextTensors& tensors, const std::string& at, const Shape& shape) {
  const at::Tensor weight = tensors.floats(at + "attn.in_proj_weight", {3 * shape.width, shape.width});
  const at::Tensor bias = tensors.floats(at + "attn.in_proj_bias", {3 * shape.width});
  const auto part = [&](std::int64_t i) {
    return Linear{weight.slice(0, i * shape.width, (i + 1) * shape.width),
                  bias.slice(0, i * shape.width, (i + 1) * shape.width)};
  };
  return {layerNormOf(tensors, at + "ln_1", shape.width, shape.epsilon),
          layerNormOf(tensors, at + "ln_2", shape.width, shape.epsilon),
          part(0),
          part(1),
          part(2),
          linearOf(tensors, at + "attn.out_proj", shape.width, shape.width),
          linearOf(tensors, at + "mlp.c_fc", shape.inner, shape.width),
          linearOf(tensors, at + "mlp.c_proj", shape.width, shape.inner)};
}

std::unique_ptr<TextEncoder> openOpenClip(const fs::path& folder, const fs::path& file) {
  const Settings config(readStrictObject(file), file.string());
  const Settings model = config.has("model_cfg") ? config.object("model_cfg") : config;
  const TextTensors tensors(folder, {"open_clip_model.safetensors", "model.safetensors"});
  const std::string at = tensors.prefixBefore("token_embedding.weight");
  Shape shape = openClipShape(model);
  Weights weights;
  weights.tokens = tensors.floats(at + "token_embedding.weight", {shape.vocabulary, shape.width});
  weights.positions = tensors.floats(at + "positional_embedding", {shape.positions, shape.width});
  for (std::int64_t i = 0; i < shape.layers; ++i) {
    weights.layers.push_back(openClipLayer(tensors, at + "transformer.resblocks." + std::to_string(i) + ".", shape));
  }
  weights.last = layerNormOf(tensors, at + "ln_final", shape.width, shape.epsilon);
  const std::int64_t dimensions = model.whole("embed_dim", 512, 1, kWidest);
  if (tensors.has(at + "text_projection.weight")) {
    weights.projection = tensors.floats(at + "text_projection.weight", {dimensions, shape.width});
  } else {
    weights.projection = tensors.floats(at + "text_projection", {shape.width, dimensions}).t().contiguous();
  }
  if (shape.end < 0) shape.end = BytePairTokenizer(folder).endId();
  return std::make_unique<ClipText>(folder, "open_clip", shape, tensors, std::move(weights), file);
}

}  // namespace

std::unique_ptr<TextEncoder> openClipText(const fs::path& folder) {
  std::error_code ignored;
  const fs::path ours = folder / "config.json", open = folder / "open_clip_config.json";
  const bool hasTensors =
      fs::exists(folder / "model.safetensors", ignored) || fs::exists(folder / "model.safetensors.index.json", ignored);
  if (fs::exists(open, ignored) && !(fs::exists(ours, ignored) && hasTensors)) return openOpenClip(folder, open);
  if (!fs::is_directory(folder, ignored)) {
    failInput(folder.string(), "must be the folder of a CLIP model",
              fs::exists(folder, ignored) ? "a file" : "nothing there",
              "Name the folder that holds config.json and model.safetensors");
  }
  return openTransformers(folder, ours);
}

}  // namespace gf
