// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "jobs/job.h"

namespace gf {

/// Which Python runs the importer, and what it has.
struct PythonFound {
  std::filesystem::path program;
  std::string torch, timm, torchvision, safetensors;  ///< Versions; empty where absent.
};
/// Looks for a Python that has torch and timm or torchvision: `asked` alone when it is given, else $GAINFINDER_PYTHON,
/// the one that the set-up made, an active environment's, python3. Throws Error(Input) naming what was tried and what
/// each lacks; Stopped.
PythonFound findPython(const std::filesystem::path& asked = {}, const Control& control = {});

/// A model that the libraries know by name.
struct Importable {
  std::string library;             ///< "timm" or "torchvision".
  std::string name;                ///< "resnet50.a1_in1k", "resnet50.IMAGENET1K_V2".
  std::string family;              ///< "Trafo", "CNN", "MLP".
  std::string weights;             ///< Where on this machine its pretrained weights lie; empty where they do not.
  std::string data;                ///< What it answers for: "ImageNet-1k"; empty when not known.
  std::array<int, 3> inputSize{};  ///< [C, H, W].
  std::int64_t parameters = 0;     ///< 0 where only building the model would tell.
  bool paperShelf = false;         ///< One of the paper's models (tables 5 and 6).
  std::string paperName;           ///< What the paper calls it.
  std::optional<double> accuracy;  ///< Published top-1 on ImageNet-1k, a share 0–1: the paper's, or torchvision's own.
};
struct ImportList {
  std::vector<Importable> models;   ///< Sorted by library and name.
  std::vector<std::string> places;  ///< The folders in which weights were looked for.
};
/// All models of the libraries. Takes seconds: Python has to load them. Throws Error, Stopped.
ImportList listImportable(const PythonFound& python, const Control& control = {});

struct ImportRequest {
  std::string library;             ///< "timm" or "torchvision".
  std::vector<std::string> names;  ///< Names or wildcards (* and ?); "paper-shelf" for the paper's models.
  std::filesystem::path out;       ///< Folder for NAME.pt.
  bool randomInit = false;         ///< Fresh weights instead of pretrained ones.
  std::uint64_t seed = 0;          ///< Of fresh weights.
  /// Weights to take: safetensors, a state dict (read without running what it holds), or a folder as weightsIn() takes
  /// it. Then exactly one name, or none where a config.json beside the file names the architecture.
  std::filesystem::path checkpoint;
  std::filesystem::path metadata;  ///< JSON object of metadata keys that win over the library's; may be empty.
  std::filesystem::path python;    ///< As findPython() takes it.
  bool overwrite = false;
};

/// What became of one model.
struct ImportOutcome {
  std::string name;
  std::filesystem::path file;          ///< The checkpoint; empty when it failed.
  std::string rule, observed, remedy;  ///< When it failed: as in Error.
  std::vector<std::string> warnings;
  bool done() const { return !file.empty(); }
};

/// Imports models one after the other, each in a child process with limits, compiled to TorchScript with its metadata
/// inside and opened again by the inspection. One that fails does not keep the others; files are written atomically; a
/// stop keeps what is done.
class ImportJob final : public Job {
 public:
  explicit ImportJob(ImportRequest request) : request_(std::move(request)) {}
  std::string title() const override;
  /// Throws Error when nothing could be imported at all (no Python, no such name); single failures are outcomes.
  void run(const Control& control) override;
  /// Called from the working thread as each model is done or has failed.
  void onEach(std::function<void(const ImportOutcome&)> callback) { onEach_ = std::move(callback); }
  /// After run() returned or threw.
  const std::vector<ImportOutcome>& outcomes() const { return outcomes_; }

 private:
  ImportRequest request_;
  std::function<void(const ImportOutcome&)> onEach_;
  std::vector<ImportOutcome> outcomes_;
};

}  // namespace gf
