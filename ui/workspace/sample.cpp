// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace/sample.h"

#include <QFileInfo>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "options/option_table.h"

namespace gf {
namespace fs = std::filesystem;
namespace {
using nlohmann::json;

constexpr std::size_t kMostBytes = 1 << 20;
constexpr auto kMethod = "kl-dp";  // the method the window begins with

/// Looks up keys of the sample's description; every failure names the file and the key.
class Reader {
 public:
  explicit Reader(const fs::path& file) : file_(file) {
    root_ = json::parse(readFile(file, kMostBytes), nullptr, false);
    if (!root_.is_object()) fail("the description of the sample must be a JSON object", "something else");
  }
  const json& root() const { return root_; }
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
  [[noreturn]] void fail(const std::string& rule, const std::string& observed) const {
    failInput(file_.string(), rule, observed, "Install Gainfinder again");
  }

 private:
  fs::path file_;
  json root_;
};

TransferOptions optionsOf(const Reader& reader, const json& demo, const fs::path& file) {
  const json& count = reader.at(demo, "images_per_class");
  if (!count.is_number_integer()) reader.fail("images_per_class must be a whole number", count.dump());
  json object{{"method", kMethod}, {"subset", std::to_string(count.get<long>()) + "perclass"}};
  const std::pair<const char*, const char*> shared[] = {
      {"batch", "batch"}, {"augment", "augment"}, {"momentum", "momentum"}, {"weight_decay", "weight-decay"}};
  for (const auto& [key, id] : shared) object[id] = reader.at(demo, key);
  for (const json& run : reader.list(demo, "runs")) {
    if (reader.at(run, "method") != kMethod) continue;
    for (const char* id : {"epochs", "lr", "temperature"}) object[id] = reader.at(run, id);
  }
  TransferOptions options;
  applyJson(options, object, file.string());
  return options;
}

}  // namespace

Sample readSample() {
  const fs::path file = resourceFolder() / "sample" / "sample.json";
  const Reader reader(file);
  Sample sample;
  for (const json& model : reader.list(reader.root(), "models")) sample.models.push_back(reader.path(model, "file"));
  const json& pair = reader.at(reader.root(), "default_pair");
  sample.teacher = reader.path(pair, "teacher");
  sample.student = reader.path(pair, "student");
  sample.slice = reader.path(reader.at(reader.root(), "data"), "slice");
  sample.sliceOptions = optionsOf(reader, reader.at(reader.root(), "slice_demo"), file);
  sample.fullOptions = optionsOf(reader, reader.at(reader.root(), "demo"), file);
  return sample;
}

QString installedFashionMnist() {
  const QString folder = QStringLiteral("/usr/share/datasets/fashion-mnist");
  return QFileInfo::exists(folder + QStringLiteral("/t10k-images-idx3-ubyte.gz")) ? folder : QString();
}

}  // namespace gf
