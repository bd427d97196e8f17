// SPDX-License-Identifier: Apache-2.0
#include "semantics/text_tensors.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "base/error.h"

namespace gf {
namespace {
namespace fs = std::filesystem;

constexpr const char* kIndex = "model.safetensors.index.json";
constexpr std::size_t kBatch = 64;  // texts

std::string shapeText(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (const auto size : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  return text + "]";
}

[[noreturn]] void failNoTensors(const fs::path& folder, const std::vector<std::string>& names) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    failInput(folder.string(), "must be the folder of a model",
              fs::exists(folder, ignored) ? "a file" : "nothing there");
  }
  for (const char* pickle : {"pytorch_model.bin", "open_clip_pytorch_model.bin"}) {
    if (!fs::exists(folder / pickle, ignored)) continue;
    failInput(folder.string(), "the tensors must be in a safetensors file", std::string(pickle) + ", a Python pickle",
              "Convert it in Python: safetensors.torch.save_file(torch.load(\"" + std::string(pickle) +
                  "\", weights_only=True), \"" + names.front() + "\")");
  }
  failInput(folder.string(), "the folder must hold " + names.front() + " or " + kIndex, "neither");
}

at::Tensor gelu(const at::Tensor& x) {
  return at::gelu(x);
}
at::Tensor geluTanh(const at::Tensor& x) {
  return at::gelu(x, "tanh");
}
at::Tensor quickGelu(const at::Tensor& x) {
  return x * at::sigmoid(1.702 * x);
}
at::Tensor relu(const at::Tensor& x) {
  return at::relu(x);
}

}  // namespace

TextTensors::TextTensors(const fs::path& folder, const std::vector<std::string>& names) : folder_(folder) {
  std::error_code ignored;
  for (const auto& name : names) {
    if (!fs::exists(folder / name, ignored)) continue;
    files_.push_back(folder / name);
    shards_.emplace_back(folder / name);
    for (const auto& entry : shards_.back().entries()) where_.emplace(entry.name, 0);
    return;
  }
  if (!fs::exists(folder / kIndex, ignored)) failNoTensors(folder, names);
  openIndex(folder);
}

void TextTensors::openIndex(const fs::path& folder) {
  const fs::path index = folder / kIndex;
  const Settings map = Settings(readStrictObject(index), index.string()).object("weight_map");
  files_.push_back(index);
  std::map<std::string, std::size_t> shardOf;
  for (const auto& [tensor, value] : map.json().items()) {
    const std::string name = value.is_string() ? value.get<std::string>() : "";
    if (name.empty() || fs::path(name).filename() != name || name == "." || name == "..") {
      map.fail(tensor, "must name a file of the folder", shortJson(value));
    }
    const auto [at, isNew] = shardOf.emplace(name, shards_.size());
    if (isNew) {
      files_.push_back(folder / name);
      shards_.emplace_back(folder / name);
    }
    if (!shards_[at->second].find(tensor)) map.fail(tensor, "must lie in the file that the index names", name);
    where_.emplace(tensor, at->second);
  }
}

const SafeTensors& TextTensors::fileOf(const std::string& name) const {
  const auto found = where_.find(name);
  if (found != where_.end()) return shards_[found->second];
  failInput(files_.front().string(), "must hold a tensor \"" + name + "\"", "none of that name");
}

std::vector<std::int64_t> TextTensors::shape(const std::string& name) const {
  return fileOf(name).find(name)->shape;
}

std::string TextTensors::prefixBefore(const std::string& ending) const {
  std::string prefix;
  int found = 0;
  for (const auto& [name, unused] : where_) {
    if (!name.ends_with(ending)) continue;
    prefix = name.substr(0, name.size() - ending.size());
    if (!prefix.empty() && prefix.back() != '.') continue;
    ++found;
  }
  if (found == 1) return prefix;
  failInput(files_.front().string(), "must hold one tensor \"" + ending + "\"",
            found == 0 ? "none of that name" : std::to_string(found));
}

at::Tensor TextTensors::floats(const std::string& name, const std::vector<std::int64_t>& shape) const {
  const SafeTensors& file = fileOf(name);
  const auto& found = file.find(name)->shape;
  if (found != shape) {
    failInput(file.path().string(), "tensor \"" + name + "\" must have the shape " + shapeText(shape),
              shapeText(found));
  }
  return file.floats(name);
}

at::Tensor Linear::operator()(const at::Tensor& x) const {
  return at::linear(x, weight, bias.defined() ? std::optional<at::Tensor>(bias) : std::nullopt);
}

at::Tensor LayerNorm::operator()(const at::Tensor& x) const {
  return at::layer_norm(x, {weight.size(0)}, weight, bias, epsilon);
}

Linear linearOf(const TextTensors& tensors, const std::string& name, std::int64_t out, std::int64_t in) {
  return {tensors.floats(name + ".weight", {out, in}), tensors.floats(name + ".bias", {out})};
}

LayerNorm layerNormOf(const TextTensors& tensors, const std::string& name, std::int64_t width, double epsilon) {
  const bool old = !tensors.has(name + ".weight") && tensors.has(name + ".gamma");
  return {tensors.floats(name + (old ? ".gamma" : ".weight"), {width}),
          tensors.floats(name + (old ? ".beta" : ".bias"), {width}), epsilon};
}

at::Tensor attention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, std::int64_t heads,
                     bool causal) {
  const auto batch = query.size(0), length = query.size(1), width = query.size(2);
  const auto apart = [&](const at::Tensor& x) { return x.view({batch, length, heads, width / heads}).transpose(1, 2); };
  at::Tensor scores = apart(query).matmul(apart(key).transpose(2, 3)) / std::sqrt(static_cast<double>(width / heads));
  if (causal) {
    const at::Tensor later = at::ones({length, length}, at::kBool).triu(1);
    scores = scores.masked_fill(later, -std::numeric_limits<double>::infinity());
  }
  return scores.softmax(-1).matmul(apart(value)).transpose(1, 2).reshape({batch, length, width});
}

Activation activationOf(const Settings& config, const char* key, const std::string& absent) {
  const std::string name = config.text(key, absent);
  if (name == "gelu") return gelu;
  if (name == "quick_gelu") return quickGelu;
  if (name == "gelu_new" || name == "gelu_pytorch_tanh") return geluTanh;
  if (name == "relu") return relu;
  config.fail(key, "must be gelu, quick_gelu, gelu_new, gelu_pytorch_tanh or relu", shortJson(name));
}

at::Tensor TextEncoder::encode(const std::vector<std::string>& texts, const Control& control) const {
  const at::NoGradGuard noGradients;
  std::vector<TokenIds> all;
  all.reserve(texts.size());
  for (const auto& text : texts) all.push_back(tokens(text));
  std::map<std::size_t, std::vector<std::int64_t>> byLength;
  for (std::size_t i = 0; i < all.size(); ++i) byLength[all[i].size()].push_back(static_cast<std::int64_t>(i));
  at::Tensor rows = at::zeros({static_cast<std::int64_t>(all.size()), dimensions()});
  Meter meter(control, "Embedding class names", static_cast<double>(texts.size()));
  std::size_t done = 0;
  for (const auto& [length, members] : byLength) {
    for (std::size_t from = 0; from < members.size(); from += kBatch) {
      control.checkpoint();
      const std::vector<std::int64_t> batch(
          members.begin() + static_cast<std::ptrdiff_t>(from),
          members.begin() + static_cast<std::ptrdiff_t>(std::min(from + kBatch, members.size())));
      TokenIds flat;
      for (const auto i : batch) {
        const auto& ids = all[static_cast<std::size_t>(i)];
        flat.insert(flat.end(), ids.begin(), ids.end());
      }
      const auto count = static_cast<std::int64_t>(batch.size());
      const at::Tensor ids = torch::tensor(flat, at::kLong).view({count, static_cast<std::int64_t>(length)});
      rows.index_copy_(0, torch::tensor(batch, at::kLong), forward(ids));
      done += batch.size();
      meter.update(static_cast<double>(done));
    }
  }
  return rows;
}

}  // namespace gf
