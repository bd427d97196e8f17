// SPDX-License-Identifier: Apache-2.0
#include "jobs/import_job.h"

#include <unistd.h>

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "jobs/import_python.h"
#include "models/inspection.h"
#include "models/inspection_cache.h"
#include "models/weight_files.h"

namespace gf {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

constexpr double kSecondsToList = 300;
constexpr double kSecondsToMake = 3600;                       // a model of a billion parameters on a busy machine
constexpr std::size_t kMostMetadata = std::size_t{16} << 20;  // bytes

/// What the names and wildcards of a request stand for.
struct Resolved {
  std::vector<std::string> names;
  std::vector<ImportOutcome> failed;  ///< Words that stand for nothing.
};

ImportOutcome failedOutcome(std::string name, const Error& error) {
  ImportOutcome outcome;
  outcome.name = std::move(name);
  outcome.rule = error.rule();
  outcome.observed = error.observed();
  outcome.remedy = error.remedy();
  return outcome;
}

Resolved resolve(const PythonFound& python, const ImportRequest& request, const Control& control) {
  Resolved result;
  if (request.names.empty()) {
    result.names.emplace_back();  // config.json beside the checkpoint says it
    return result;
  }
  const json asked{
      {"do", "resolve"}, {"library", request.library}, {"names", request.names}, {"random_init", request.randomInit}};
  const auto take = [&](const json& answer) {
    if (answer.contains("failed")) throw importerError(answer["failed"], request.library);
    result.names = answer.at("names").get<std::vector<std::string>>();
    for (const json& failure : answer.at("unknown")) {
      const std::string name = failure.at("name");
      result.failed.push_back(failedOutcome(name, importerError(failure, name)));
    }
  };
  askImporter(python.program, asked, request.library, kSecondsToList, take, control);
  return result;
}

json metadataOf(const ImportRequest& request) {
  if (request.metadata.empty()) return json::object();
  const json object = json::parse(readFile(request.metadata, kMostMetadata), nullptr, false);
  if (!object.is_object())
    failInput(request.metadata.string(), "must be a JSON object of metadata keys", "something else");
  return object;
}

/// A file beside the final ones that goes away unless it is kept.
class Draft {
 public:
  explicit Draft(const fs::path& folder) : path_(folder / (".import-" + std::to_string(::getpid()) + ".part")) {}
  ~Draft() {
    std::error_code ignored;
    if (!kept_) fs::remove(path_, ignored);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  const fs::path& path() const { return path_; }
  void keepAs(const fs::path& file) {
    std::error_code error;
    fs::rename(path_, file, error);
    if (error) failRun(file.string(), "the checkpoint must be writable", error.message(), "Choose another --out");
    kept_ = true;
  }

 private:
  fs::path path_;
  bool kept_ = false;
};

void requireNew(const fs::path& file, bool overwrite) {
  std::error_code error;
  if (overwrite || !fs::exists(file, error)) return;
  failUsage(file.string(), "the checkpoint must be new", "a file that is there",
            "Choose another --out, or add --overwrite");
}

fs::path fileOf(const ImportRequest& request, const std::string& name) {
  std::string safe = name;
  for (char& c : safe) {
    if (c == '/' || c == '\\' || c == ':') c = '-';
  }
  return request.out / (safe + ".pt");
}

/// One model, from Python to a file that the inspection finds usable.
ImportOutcome importOne(const PythonFound& python, const ImportRequest& request, const json& metadata,
                        const std::string& name, const std::function<void(const std::string&)>& stage,
                        const Control& control) {
  const std::string subject = name.empty() ? request.checkpoint.string() : name;
  if (!name.empty()) requireNew(fileOf(request, name), request.overwrite);
  Draft draft(request.out);
  std::error_code error;
  const fs::path checkpoint = request.checkpoint.empty() ? fs::path() : fs::absolute(request.checkpoint, error);
  const json asked{{"do", "make"},
                   {"library", request.library},
                   {"name", name},
                   {"file", fs::absolute(draft.path(), error).string()},
                   {"checkpoint", checkpoint.string()},
                   {"random_init", request.randomInit},
                   {"seed", request.seed},
                   {"metadata", metadata}};
  json made;
  const auto take = [&](const json& answer) {
    if (answer.contains("failed")) throw importerError(answer["failed"], subject);
    if (answer.contains("stage")) stage(answer["stage"]);
    if (answer.contains("made")) made = answer["made"];
  };
  askImporter(python.program, asked, subject, kSecondsToMake, take, control);
  ImportOutcome outcome;
  outcome.name = made.at("name");
  outcome.warnings = made.at("warnings").get<std::vector<std::string>>();
  const fs::path file = fileOf(request, name.empty() ? outcome.name : name);
  requireNew(file, request.overwrite);
  stage("Inspecting");
  const Inspection inspection = inspectInChild(draft.path(), nullptr, {}, control.withSink({}));
  if (!inspection.usable()) {
    failInput(subject, inspection.readable ? "the checkpoint must say what it is" : inspection.rule,
              inspection.observed, inspection.remedy);
  }
  draft.keepAs(file);
  InspectionMemory(file, nullptr).put(inspection);
  outcome.file = file;
  return outcome;
}

void checkRequest(const ImportRequest& request) {
  if (request.library != "timm" && request.library != "torchvision") {
    failUsage(request.library, "must be timm or torchvision", "another library");
  }
  if (request.out.empty()) failUsage("--out", "must name a folder", "nothing");
  if (request.names.empty() && request.checkpoint.empty()) {
    failUsage("NAME", "at least one model must be named", "none", "gainfinder import timm --list shows them");
  }
  if (!request.checkpoint.empty() && request.names.size() > 1) {
    failUsage("--checkpoint", "holds the weights of one model", std::to_string(request.names.size()) + " names",
              "Name the architecture that the file is of");
  }
  if (!request.checkpoint.empty() && request.randomInit) {
    failUsage("--random-init", "is in place of weights from a file", "--checkpoint beside it", "Leave one of them out");
  }
}

}  // namespace

ImportList listImportable(const PythonFound& python, const Control& control) {
  ImportList result;
  const auto take = [&](const json& answer) {
    if (answer.contains("failed")) throw importerError(answer["failed"], python.program.string());
    if (answer.contains("places")) result.places = answer["places"].get<std::vector<std::string>>();
    if (!answer.contains("name")) return;
    Importable model;
    model.library = answer.at("library");
    model.name = answer.at("name");
    model.family = answer.at("family");
    model.weights = answer.at("weights");
    model.data = answer.at("data");
    model.inputSize = answer.at("input_size").get<std::array<int, 3>>();
    if (!answer.at("parameters").is_null()) model.parameters = answer["parameters"].get<std::int64_t>();
    model.paperName = answer.at("paper_name");
    model.paperShelf = !model.paperName.empty();
    if (!answer.at("accuracy").is_null()) model.accuracy = answer["accuracy"].get<double>();
    result.models.push_back(std::move(model));
  };
  askImporter(python.program, {{"do", "list"}}, python.program.string(), kSecondsToList, take, control);
  return result;
}

std::string ImportJob::title() const {
  if (request_.names.size() == 1) return "Import " + request_.names.front();
  if (request_.names.empty()) return "Import " + request_.checkpoint.filename().string();
  return "Import " + std::to_string(request_.names.size()) + " models";
}

void ImportJob::run(const Control& control) {
  checkRequest(request_);
  const json metadata = metadataOf(request_);
  std::error_code error;
  if (fs::is_directory(request_.checkpoint, error)) {
    const fs::path found = weightsIn(request_.checkpoint);
    if (found.empty()) {
      failInput(request_.checkpoint.string(),
                "a folder of weights must hold config.json, and model.safetensors or pytorch_model.bin",
                "not both of them", "Name the file of weights itself");
    }
    request_.checkpoint = found;
  }
  control.report({"Looking for Python"});
  const PythonFound python = findPython(request_.python, control);
  fs::create_directories(request_.out, error);
  if (!fs::is_directory(request_.out)) {
    failRun(request_.out.string(), "must be a folder that can be written", error ? error.message() : "a file",
            "Choose another --out");
  }
  control.report({"Looking up names"});
  Resolved resolved = resolve(python, request_, control);
  const auto finish = [&](ImportOutcome outcome) {
    outcomes_.push_back(std::move(outcome));
    if (onEach_) onEach_(outcomes_.back());
  };
  for (ImportOutcome& failure : resolved.failed) finish(std::move(failure));
  const auto total = static_cast<double>(resolved.names.size());
  for (std::size_t i = 0; i < resolved.names.size(); ++i) {
    control.checkpoint();
    const std::string& name = resolved.names[i];
    const std::string shown = name.empty() ? request_.checkpoint.filename().string() : name;
    const auto stage = [&](const std::string& step) {
      control.report({step + " " + shown, static_cast<double>(i) / total});
    };
    try {
      finish(importOne(python, request_, metadata, name, stage, control));
    } catch (const Error& failure) {
      finish(failedOutcome(shown, failure));
    }
  }
  if (outcomes_.empty()) failInput(request_.library, "must have models of these names", "none of them");
}

}  // namespace gf
