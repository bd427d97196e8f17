// SPDX-License-Identifier: Apache-2.0
#include "jobs/sample.h"

#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "options/option_table.h"

namespace gf {
namespace fs = std::filesystem;
using nlohmann::json;
namespace {

constexpr std::size_t kMostBytes = 1 << 20;

/// Looks up keys of the sample's description; every failure names the file and the key.
class Reader {
 public:
  explicit Reader(const fs::path& file) : file_(file) {
    root_ = json::parse(readFile(file, kMostBytes), nullptr, false);
    if (!root_.is_object()) fail("the description of the sample must be a JSON object", "something else");
  }
  const json& root() const { return root_; }
  const fs::path& file() const { return file_; }
  const json& at(const json& object, const char* key) const {
    if (!object.is_object() || !object.contains(key)) fail(std::string(key) + " must be there", "nothing");
    return object[key];
  }
  const json& list(const json& object, const char* key) const {
    const json& value = at(object, key);
    if (!value.is_array()) fail(std::string(key) + " must be a list", value.type_name());
    return value;
  }
  fs::path path(const json& object, const char* key) const {
    const json& value = at(object, key);
    if (!value.is_string()) fail(std::string(key) + " must be a file name", value.type_name());
    return file_.parent_path() / value.get<std::string>();
  }
  std::int64_t whole(const json& value, const char* key) const {
    if (!value.is_number_integer() || value < 0) fail(std::string(key) + " must be a whole number", value.dump());
    return value.get<std::int64_t>();
  }
  [[noreturn]] void fail(const std::string& rule, const std::string& observed) const {
    failInput(file_.string(), rule, observed, "Install Gainfinder again");
  }

 private:
  fs::path file_;
  json root_;
};

SampleTransfers transfersOf(const Reader& reader, const json& demo) {
  SampleTransfers transfers;
  for (const json& seed : reader.list(demo, "seeds"))
    transfers.seeds.push_back(static_cast<std::uint64_t>(reader.whole(seed, "seeds")));
  json shared;
  const auto count = reader.whole(reader.at(demo, "images_per_class"), "images_per_class");
  shared["subset"] = std::to_string(count) + "perclass";
  const std::pair<const char*, const char*> keys[] = {
      {"batch", "batch"}, {"augment", "augment"}, {"momentum", "momentum"}, {"weight_decay", "weight-decay"}};
  for (const auto& [key, id] : keys) shared[id] = reader.at(demo, key);
  for (const json& run : reader.list(demo, "runs")) {
    json object = shared;
    for (const char* id : {"method", "epochs", "lr", "temperature"}) object[id] = reader.at(run, id);
    TransferOptions options;
    applyJson(options, object, reader.file().string());
    transfers.methods.push_back(options);
  }
  if (transfers.methods.empty() || transfers.seeds.empty()) reader.fail("a demo must have runs and seeds", "none");
  return transfers;
}

}  // namespace

Sample readSample() {
  const Reader reader(resourceFolder() / "sample" / "sample.json");
  Sample sample;
  for (const json& model : reader.list(reader.root(), "models")) sample.models.push_back(reader.path(model, "file"));
  const auto pairOf = [&](const char* key) {
    const json& pair = reader.at(reader.root(), key);
    return SamplePair{reader.path(pair, "teacher"), reader.path(pair, "student")};
  };
  sample.pair = pairOf("default_pair");
  sample.badChoice = pairOf("bad_choice");
  sample.slice = reader.path(reader.at(reader.root(), "data"), "slice");
  sample.onSlice = transfersOf(reader, reader.at(reader.root(), "slice_demo"));
  sample.onFull = transfersOf(reader, reader.at(reader.root(), "demo"));
  return sample;
}

fs::path installedFashionMnist() {
  try {
    const Reader reader(resourceFolder() / "sample" / "sample.json");
    for (const json& place : reader.list(reader.at(reader.root(), "data"), "full")) {
      if (!place.is_string()) reader.fail("full must be a list of folders", place.type_name());
      const fs::path folder = reader.file().parent_path() / place.get<std::string>();
      std::error_code ignored;
      for (const char* name : {"t10k-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte"})
        if (fs::exists(folder / name, ignored)) return folder;
    }
  } catch (const Error&) {  // readSample() says what is wrong with the description; here there is just no data
  }
  return {};
}

TransferOptions suggestedTransfer(const SampleTransfers& transfers) {
  TransferOptions chosen = transfers.methods.front();
  for (const auto& options : transfers.methods) {
    if (options.method == Method::KlDp) chosen = options;
  }
  chosen.seed = transfers.seeds.front();
  return chosen;
}

}  // namespace gf
