// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/control.h"
#include "semantics/json_file.h"
#include "semantics/safetensors.h"
#include "semantics/tokenizer.h"

namespace gf {

/// The tensors of a model folder, whether they lie in one safetensors file or in several with an index.
class TextTensors {
 public:
  /// Opens the first of `names` that is there, else the files of model.safetensors.index.json. Throws Error(Input) when
  /// there is neither; a folder that holds a Python pickle only is told how to convert it.
  TextTensors(const std::filesystem::path& folder, const std::vector<std::string>& names);

  /// The files that were opened, the index among them.
  const std::vector<std::filesystem::path>& files() const { return files_; }
  bool has(const std::string& name) const { return where_.count(name) > 0; }
  std::vector<std::int64_t> shape(const std::string& name) const;
  /// What stands before `ending` in the name of the one tensor that ends so. Throws Error(Input) when there
  /// is none or more than one.
  std::string prefixBefore(const std::string& ending) const;
  /// Float32 of exactly this shape. Throws Error(Input) naming file, tensor and both shapes.
  at::Tensor floats(const std::string& name, const std::vector<std::int64_t>& shape) const;

 private:
  void openIndex(const std::filesystem::path& folder);
  const SafeTensors& fileOf(const std::string& name) const;

  std::filesystem::path folder_;
  std::vector<std::filesystem::path> files_;
  std::vector<SafeTensors> shards_;
  std::map<std::string, std::size_t> where_;  ///< Tensor to shard.
};

/// y = x·Wᵀ + b; the bias may be absent.
struct Linear {
  at::Tensor weight, bias;
  at::Tensor operator()(const at::Tensor& x) const;
};
struct LayerNorm {
  at::Tensor weight, bias;
  double epsilon = 1e-5;
  at::Tensor operator()(const at::Tensor& x) const;
};
/// name.weight [out, in] and name.bias [out].
Linear linearOf(const TextTensors& tensors, const std::string& name, std::int64_t out, std::int64_t in);
/// name.weight and name.bias, or gamma and beta as old checkpoints call them.
LayerNorm layerNormOf(const TextTensors& tensors, const std::string& name, std::int64_t width, double epsilon);

/// Softmax attention of several heads over [B, L, width]; with `causal` no position sees a later one.
at::Tensor attention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, std::int64_t heads,
                     bool causal);

/// An activation by transformers' name: gelu, quick_gelu, gelu_new and gelu_pytorch_tanh (its tanh form), relu.
using Activation = at::Tensor (*)(const at::Tensor&);
/// Throws Error(Input) naming the file, the key and the value.
Activation activationOf(const Settings& config, const char* key, const std::string& absent);

/// What every text encoder of a model folder answers.
class TextEncoder {
 public:
  virtual ~TextEncoder() = default;
  virtual std::int64_t dimensions() const = 0;
  virtual TokenIds tokens(const std::string& text) const = 0;
  /// Float32 [N, D], not yet scaled to unit length. Texts of equal length go together, so that nothing is padded and no
  /// mask is needed. Throws Error(Input) when a text is not UTF-8, Stopped.
  at::Tensor encode(const std::vector<std::string>& texts, const Control& control) const;
  /// The files that it was read from, and what was found in them.
  virtual std::vector<std::filesystem::path> files() const = 0;
  virtual nlohmann::ordered_json settings() const = 0;

 protected:
  /// Ids [B, L] to rows [B, D].
  virtual at::Tensor forward(const at::Tensor& ids) const = 0;
};

}  // namespace gf
