// SPDX-License-Identifier: Apache-2.0
#include "jobs/import_python.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "base/files.h"
#include "jobs/import_job.h"
#include "models/child_process.h"

namespace gf {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

constexpr double kSecondsToLook = 120;                         // Python from a cold disk
constexpr std::uint64_t kDataBytes = std::uint64_t{24} << 30;  // several copies of a model of a billion parameters
constexpr std::uint64_t kFileBytes = std::uint64_t{16} << 30;
constexpr const char* kPackages = "pip install torch timm torchvision safetensors";

/// A request as the importer takes it. It lies in memory that the child inherits: metadata of 20,000 classes is too
/// long for an argument.
class RequestFile {
 public:
  explicit RequestFile(const json& request) {
    const std::string text = request.dump(-1, ' ', true, json::error_handler_t::replace);
    descriptor_ = ::memfd_create("import-request", 0);
    if (descriptor_ < 0 || ::write(descriptor_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      failRun("gainfinder import", "the request must reach the child process", std::strerror(errno));
    }
  }
  ~RequestFile() { ::close(descriptor_); }
  RequestFile(const RequestFile&) = delete;
  RequestFile& operator=(const RequestFile&) = delete;
  std::string argument() const { return "@/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_ = -1;
};

/// Where a shell would find the program; empty when nowhere.
fs::path onPath(const fs::path& program) {
  std::error_code error;
  const auto runs = [](const fs::path& file) { return ::access(file.c_str(), X_OK) == 0; };
  if (program.has_parent_path()) {
    return runs(program) && !fs::is_directory(program, error) ? fs::absolute(program, error) : fs::path();
  }
  const char* set = std::getenv("PATH");
  std::istringstream folders(set ? set : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const fs::path file = fs::path(folder) / program;
    if (!folder.empty() && runs(file) && !fs::is_directory(file, error)) return fs::absolute(file, error);
  }
  return {};
}

std::vector<fs::path> candidates(const fs::path& asked) {
  if (!asked.empty()) return {asked};
  std::vector<fs::path> result;
  const auto fromVariable = [&](const char* name, const char* below) {
    if (const char* set = std::getenv(name); set && *set) result.push_back(fs::path(set) / below);
  };
  if (const char* set = std::getenv("GAINFINDER_PYTHON"); set && *set) result.emplace_back(set);
  fromVariable("VIRTUAL_ENV", "bin/python");
  fromVariable("CONDA_PREFIX", "bin/python");
  std::error_code error;
  std::vector<fs::path> ofSetup;  // packaging/setup.sh keeps one for each LibTorch
  for (fs::directory_iterator at(cacheFolder(), error), end; !error && at != end; at.increment(error)) {
    const fs::path python = at->path() / "bin" / "python";
    if (at->path().filename().string().starts_with("torch-") && fs::exists(python, error)) ofSetup.push_back(python);
  }
  std::sort(ofSetup.rbegin(), ofSetup.rend());
  result.insert(result.end(), ofSetup.begin(), ofSetup.end());
  result.emplace_back("python3");
  return result;
}

/// What the program lacks, in words; empty when it serves. Fills `found`.
std::string lackOf(const fs::path& program, PythonFound& found, const Control& control) {
  const fs::path file = onPath(program);
  if (file.empty()) return "no such program";
  json versions;
  try {
    askImporter(
        file, {{"do", "versions"}}, file.string(), kSecondsToLook, [&](const json& answer) { versions = answer; },
        control);
  } catch (const Error& failure) {
    return failure.observed().empty() ? "it does not run" : failure.observed();
  }
  const auto version = [&](const char* package) { return versions.value(package, std::string()); };
  found = {file, version("torch"), version("timm"), version("torchvision"), version("safetensors")};
  if (found.torch.empty()) return "without torch";
  if (found.timm.empty() && found.torchvision.empty()) return "with torch, without timm and torchvision";
  return {};
}

fs::path script() {
  const fs::path file = resourceFolder() / "importer" / "import_model.py";
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    failRun(file.string(), "the importer must lie beside the program", "nothing there", "Install Gainfinder again");
  }
  return file;
}

}  // namespace

void askImporter(const fs::path& python, const json& request, const std::string& subject, double seconds,
                 const std::function<void(const json&)>& take, const Control& control) {
  const RequestFile file(request);
  ChildProcess child({python.string(), script().string(), file.argument()},
                     {"PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1", "CUDA_VISIBLE_DEVICES="},
                     {kDataBytes, kFileBytes, 8 * seconds}, "the importer");
  const double deadline = monotonicSeconds() + seconds;
  bool answered = false;
  for (std::string line; true;) {
    switch (child.next(deadline, control, line)) {
      case ChildProcess::Event::Line:
        try {
          take(json::parse(line));
        } catch (const json::exception& failure) {
          failInput(subject, "the importer must answer in JSON", failure.what(), "Choose another Python with --python");
        }
        answered = true;
        continue;
      case ChildProcess::Event::TimeOut:
        failInput(subject, "must be imported within " + std::to_string(static_cast<int>(seconds)) + " s",
                  "it took longer", "Try again when the machine is less busy");
      case ChildProcess::Event::TooLong:
        failInput(subject, "the importer's answers must be short", "more than 64 MiB");
      case ChildProcess::Event::Closed:
        const std::string end = child.end();
        if (answered && (end.ends_with("code 0") || end.ends_with("code 3"))) return;
        failInput(subject, "the importer must end without a crash", "it " + end,
                  "Run it in a terminal to see why: " + python.string() + " " + script().string());
    }
  }
}

Error importerError(const json& failed, const std::string& subject) {
  const auto text = [&](const char* key) { return failed.value(key, std::string()); };
  return {ErrorKind::Input, subject, text("rule"), text("observed"), text("remedy")};
}

PythonFound findPython(const fs::path& asked, const Control& control) {
  std::string tried;
  for (const fs::path& candidate : candidates(asked)) {
    PythonFound found;
    const std::string lack = lackOf(candidate, found, control);
    if (lack.empty()) return found;
    tried += (tried.empty() ? "" : "; ") + candidate.string() + ": " + lack;
  }
  failInput(asked.empty() ? "Python" : asked.string(), "must have torch, and timm or torchvision", tried,
            std::string("In a Python of yours: ") + kPackages + "; then name it with --python or GAINFINDER_PYTHON");
}

}  // namespace gf
