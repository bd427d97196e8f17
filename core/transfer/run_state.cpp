// SPDX-License-Identifier: Apache-2.0
#include "transfer/run_state.h"

#include <torch/csrc/jit/serialization/pickle.h>

#include <charconv>
#include <sstream>

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/log.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kMagic = "gainfinder-state/1 ";
constexpr std::string_view kSuffix = ".state";
constexpr std::size_t kDigits = 64;  // of a SHA-256
constexpr std::size_t kKept = 2;

[[noreturn]] void failState(const std::string& name, const std::string& rule, const std::string& observed) {
  failInput("saved state", "\"" + name + "\" " + rule, observed, "Start the run again without --resume");
}

std::string described(const at::Tensor& tensor) {
  std::ostringstream text;
  text << tensor.scalar_type() << " of shape " << tensor.sizes();
  return text.str();
}

}  // namespace

void RunState::put(const std::string& name, const at::Tensor& tensor) {
  const at::NoGradGuard noGradients;
  tensors_[name] = tensor.detach().to(at::kCPU, tensor.scalar_type(), /*non_blocking=*/false, /*copy=*/true);
}

void RunState::put(const std::string& name, std::int64_t number) {
  tensors_[name] = at::full({}, number, at::kLong);
}

void RunState::put(const std::string& name, double number) {
  tensors_[name] = at::full({}, number, at::kDouble);
}

const at::Tensor& RunState::tensor(const std::string& name) const {
  const auto found = tensors_.find(name);
  if (found == tensors_.end()) failState(name, "must be there", "no such entry");
  return found->second;
}

std::int64_t RunState::whole(const std::string& name) const {
  const at::Tensor& value = tensor(name);
  if (value.scalar_type() != at::kLong || value.dim() != 0) failState(name, "must be a whole number", described(value));
  return value.item<std::int64_t>();
}

double RunState::real(const std::string& name) const {
  const at::Tensor& value = tensor(name);
  if (value.scalar_type() != at::kDouble || value.dim() != 0) failState(name, "must be a number", described(value));
  return value.item<double>();
}

void RunState::copyTo(const std::string& name, at::Tensor into) const {
  const at::NoGradGuard noGradients;
  const at::Tensor& value = tensor(name);
  if (value.sizes() != into.sizes() || value.scalar_type() != into.scalar_type()) {
    failState(name, "must be " + described(into), described(value));
  }
  into.copy_(value);
}

std::string RunState::bytes() const {
  c10::Dict<std::string, at::Tensor> all;
  for (const auto& [name, tensor] : tensors_) all.insert(name, tensor);
  const std::vector<char> pickled = torch::jit::pickle_save(all);
  return {pickled.begin(), pickled.end()};
}

RunState RunState::fromBytes(const std::string& bytes) {
  const c10::IValue value = torch::jit::pickle_load({bytes.begin(), bytes.end()});
  RunState state;
  for (const auto& entry : value.toGenericDict()) {
    state.tensors_[entry.key().toStringRef()] = entry.value().toTensor();
  }
  return state;
}

std::map<std::int64_t, fs::path> StateFolder::files() const {
  std::map<std::int64_t, fs::path> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(kSuffix)) continue;
    std::int64_t number = 0;
    const char* end = name.data() + name.size() - kSuffix.size();
    const auto [stopped, error] = std::from_chars(name.data(), end, number);
    if (error == std::errc() && stopped == end) found.emplace(number, entry.path());
  }
  return found;
}

void StateFolder::save(const RunState& state) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) failRun(folder_.string(), "the folder must be writable", error.message());
  auto all = files();
  const std::int64_t number = all.empty() ? 1 : all.rbegin()->first + 1;
  const std::string bytes = state.bytes();
  const fs::path path = folder_ / (std::to_string(number) + std::string(kSuffix));
  writeAtomically(path, std::string(kMagic) + sha256(bytes) + "\n" + bytes);
  all.emplace(number, path);
  for (auto oldest = all.begin(); all.size() > kKept; oldest = all.erase(oldest)) fs::remove(oldest->second, error);
}

std::optional<RunState> StateFolder::newest() const {
  constexpr std::size_t kLargest = std::size_t{1} << 40;
  const auto all = files();
  for (auto each = all.rbegin(); each != all.rend(); ++each) {
    try {
      const std::string text = readFile(each->second, kLargest);
      const std::size_t header = kMagic.size() + kDigits + 1;
      if (text.size() < header || !text.starts_with(kMagic)) {
        failInput(each->second.string(), "must be a saved state", "another beginning");
      }
      const std::string bytes = text.substr(header);
      if (sha256(bytes) != text.substr(kMagic.size(), kDigits)) {
        failInput(each->second.string(), "must have the checksum it was written with", "another one");
      }
      return RunState::fromBytes(bytes);
    } catch (const std::exception& failure) {
      logLine(LogLevel::Warning, std::string("A saved state is passed over. ") + failure.what());
    }
  }
  return std::nullopt;
}

}  // namespace gf
