// SPDX-License-Identifier: Apache-2.0
#include "semantics/bert_text.h"

#include <algorithm>

#include "base/error.h"
#include "base/files.h"
#include "semantics/word_piece.h"

namespace gf {
namespace {
namespace fs = std::filesystem;

constexpr std::int64_t kWidest = 65536, kDeepest = 1000, kLongest = 100000, kMostTokens = 10'000'000;

struct Shape {
  std::int64_t vocabulary = 0, width = 0, inner = 0, layers = 0, heads = 0, positions = 0, kinds = 0;
  double epsilon = 1e-12;
  Activation activation = nullptr;
  std::string activationName;
};

struct Layer {
  Linear query, key, value, out;
  LayerNorm afterAttention;
  Linear up, down;
  LayerNorm afterInner;
};

struct Weights {
  at::Tensor tokens, positions;  ///< [V, W], [P, W] with the row of the first text's kind added.
  LayerNorm embedded;
  std::vector<Layer> layers;
};

enum class Pooling { Mean, First };

class BertText final : public TextEncoder {
 public:
  BertText(WordPieceTokenizer tokenizer, Shape shape, Weights weights, Pooling pooling, std::int64_t longest,
           std::vector<fs::path> files)
      : tokenizer_(std::move(tokenizer)),
        shape_(std::move(shape)),
        weights_(std::move(weights)),
        pooling_(pooling),
        longest_(longest),
        files_(std::move(files)) {}

  std::int64_t dimensions() const override { return shape_.width; }
  TokenIds tokens(const std::string& text) const override {
    return tokenizer_.encode(text, static_cast<std::size_t>(longest_));
  }
  std::vector<fs::path> files() const override { return files_; }
  nlohmann::ordered_json settings() const override {
    return {{"layout", "bert"},
            {"layers", shape_.layers},
            {"width", shape_.width},
            {"activation", shape_.activationName},
            {"pooling", pooling_ == Pooling::Mean ? "mean" : "first token"},
            {"longest_text", longest_}};
  }

 private:
  at::Tensor forward(const at::Tensor& ids) const override {
    at::Tensor x = weights_.embedded(at::embedding(weights_.tokens, ids) + weights_.positions.slice(0, 0, ids.size(1)));
    for (const Layer& layer : weights_.layers) {
      const at::Tensor seen = attention(layer.query(x), layer.key(x), layer.value(x), shape_.heads, false);
      x = layer.afterAttention(layer.out(seen) + x);
      x = layer.afterInner(layer.down(shape_.activation(layer.up(x))) + x);
    }
    return pooling_ == Pooling::Mean ? x.mean(1) : x.select(1, 0);
  }

  WordPieceTokenizer tokenizer_;
  Shape shape_;
  Weights weights_;
  Pooling pooling_;
  std::int64_t longest_;
  std::vector<fs::path> files_;
};

Shape shapeOf(const Settings& config) {
  const std::string type = config.text("model_type", "bert");
  if (type != "bert") config.fail("model_type", "must be bert", shortJson(type));
  const std::string positions = config.text("position_embedding_type", "absolute");
  if (positions != "absolute") config.fail("position_embedding_type", "must be absolute", shortJson(positions));
  Shape shape;
  shape.vocabulary = config.whole("vocab_size", 30522, 1, kMostTokens);
  shape.width = config.whole("hidden_size", 768, 1, kWidest);
  shape.inner = config.whole("intermediate_size", 3072, 1, kWidest * 4);
  shape.layers = config.whole("num_hidden_layers", 12, 1, kDeepest);
  shape.heads = config.whole("num_attention_heads", 12, 1, kWidest);
  shape.positions = config.whole("max_position_embeddings", 512, 2, kLongest);
  shape.kinds = config.whole("type_vocab_size", 2, 1, kLongest);
  shape.epsilon = config.number("layer_norm_eps", 1e-12, 0, 1);
  shape.activationName = config.text("hidden_act", "gelu");
  shape.activation = activationOf(config, "hidden_act", "gelu");
  if (shape.width % shape.heads != 0) {
    config.fail("num_attention_heads", "must divide the width " + std::to_string(shape.width),
                std::to_string(shape.heads));
  }
  return shape;
}

Layer layerOf(const TextTensors& tensors, const std::string& at, const Shape& shape) {
  const auto square = [&](const char* name) { return linearOf(tensors, at + name, shape.width, shape.width); };
  return {square("attention.self.query"),
          square("attention.self.key"),
          square("attention.self.value"),
          square("attention.output.dense"),
          layerNormOf(tensors, at + "attention.output.LayerNorm", shape.width, shape.epsilon),
          linearOf(tensors, at + "intermediate.dense", shape.inner, shape.width),
          linearOf(tensors, at + "output.dense", shape.width, shape.inner),
          layerNormOf(tensors, at + "output.LayerNorm", shape.width, shape.epsilon)};
}

Weights weightsOf(const TextTensors& tensors, const Shape& shape) {
  const std::string at = tensors.prefixBefore("embeddings.word_embeddings.weight");
  const std::string embeddings = at + "embeddings.";
  Weights weights;
  weights.tokens = tensors.floats(embeddings + "word_embeddings.weight", {shape.vocabulary, shape.width});
  weights.positions =
      tensors.floats(embeddings + "position_embeddings.weight", {shape.positions, shape.width}) +
      tensors.floats(embeddings + "token_type_embeddings.weight", {shape.kinds, shape.width}).select(0, 0);
  weights.embedded = layerNormOf(tensors, embeddings + "LayerNorm", shape.width, shape.epsilon);
  for (std::int64_t i = 0; i < shape.layers; ++i) {
    weights.layers.push_back(layerOf(tensors, at + "encoder.layer." + std::to_string(i) + ".", shape));
  }
  return weights;
}

/// The pooling of a Sentence-Transformers folder: exactly one of its modes, and one that is known here.
Pooling poolingOf(const fs::path& file, std::vector<fs::path>& files) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return Pooling::Mean;
  files.push_back(file);
  const Settings config(readStrictObject(file), file.string());
  const bool mean = config.boolean("pooling_mode_mean_tokens", false),
             first = config.boolean("pooling_mode_cls_token", false);
  for (const auto& [key, value] : config.json().items()) {
    const bool known = key == "pooling_mode_mean_tokens" || key == "pooling_mode_cls_token";
    if (key.starts_with("pooling_mode_") && !known && value != false) {
      config.fail(key, "must be false: only the mean and the first token are read", shortJson(value));
    }
  }
  if (config.has("pooling_mode")) {
    const std::string mode = config.text("pooling_mode", "");
    if (mode != "mean" && mode != "cls") config.fail("pooling_mode", "must be mean or cls", shortJson(mode));
    return mode == "mean" ? Pooling::Mean : Pooling::First;
  }
  if (mean == first) {
    config.fail("pooling_mode_mean_tokens", "must differ from pooling_mode_cls_token",
                mean ? "both true" : "neither true");
  }
  return mean ? Pooling::Mean : Pooling::First;
}

/// A folder whose modules do more than encode, pool and scale would be read wrongly.
void checkModules(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return;
  const std::string text = R"({"modules":)" + readFile(file, std::size_t{1} << 20) + "}";
  const Settings list(parseStrictObject(text, file.string()), file.string());
  if (!list.json().at("modules").is_array())
    list.fail("modules", "must be a list", shortJson(list.json().at("modules")));
  for (const auto& item : list.json().at("modules")) {
    if (!item.is_object()) list.fail("modules", "must hold objects", shortJson(item));
    const std::string type = Settings(item, file.string()).text("type", "");
    const std::string name = type.substr(type.rfind('.') + 1);
    if (name != "Transformer" && name != "Pooling" && name != "Normalize") {
      list.fail("type", "must be a Transformer, Pooling or Normalize module", shortJson(type));
    }
  }
}

/// The longest text in ids: the least of what the position table, the tokenizer and Sentence-Transformers allow.
std::int64_t longestOf(const fs::path& file, const Shape& shape, const WordPieceTokenizer& tokenizer,
                       std::vector<fs::path>& files) {
  std::int64_t longest = shape.positions;
  std::error_code ignored;
  if (fs::exists(file, ignored)) {
    files.push_back(file);
    const Settings config(readStrictObject(file), file.string());
    longest = std::min(longest, config.whole("max_seq_length", longest, 2, kLongest));
  } else if (tokenizer.longest() > 0) {
    longest = std::min(longest, std::max<std::int64_t>(tokenizer.longest(), 2));
  }
  return longest;
}

}  // namespace

std::unique_ptr<TextEncoder> openBertText(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    failInput(folder.string(), "must be the folder of a sentence encoder",
              fs::exists(folder, ignored) ? "a file" : "nothing there",
              "Name the folder that holds config.json and model.safetensors");
  }
  const fs::path file = folder / "config.json";
  const Settings config(readStrictObject(file), file.string());
  const Shape shape = shapeOf(config);
  checkModules(folder / "modules.json");
  const TextTensors tensors(folder, {"model.safetensors"});
  std::vector<fs::path> files = tensors.files();
  files.push_back(file);
  WordPieceTokenizer tokenizer(folder);
  for (const char* name :
       {"vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "modules.json"}) {
    if (fs::exists(folder / name, ignored)) files.push_back(folder / name);
  }
  if (tokenizer.size() > shape.vocabulary) {
    failInput(folder.string(),
              "every token must have a row in the embedding table, which has " + std::to_string(shape.vocabulary),
              "token " + std::to_string(tokenizer.size() - 1));
  }
  const Pooling pooling = poolingOf(folder / "1_Pooling" / "config.json", files);
  const std::int64_t longest = longestOf(folder / "sentence_bert_config.json", shape, tokenizer, files);
  return std::make_unique<BertText>(std::move(tokenizer), shape, weightsOf(tensors, shape), pooling, longest,
                                    std::move(files));
}

}  // namespace gf
