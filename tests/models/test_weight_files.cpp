// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "models/fixtures.h"
#include "models/weight_files.h"

using namespace gf_test;
using nlohmann::json;

namespace {

const std::string kSafe("\x40\0\0\0\0\0\0\0{\"a\":1}", 15);

void keep(const fs::path& folder, const char* weights, const std::string& config) {
  fs::create_directories(folder);
  write(folder / weights, kSafe);
  if (!config.empty()) write(folder / "config.json", config);
}

}  // namespace

TEST_CASE("weights without a program are told from everything else") {
  const Scratch scratch;
  write(scratch / "model.safetensors", kSafe);
  CHECK(gf::holdsWeights(scratch / "model.safetensors"));
  CHECK(gf::holdsWeights(fixture("state_dict.pt")));
  CHECK(gf::holdsWeights(fixture("legacy.pt")));
  write(scratch / "text.bin", "hello\nworld\n");
  write(scratch / "lfs.bin", "version https://git-lfs.github.com/spec/v1\n");
  write(scratch / "empty.bin", "");
  write(scratch / "cut.pt", bytesOf(fixture("state_dict.pt")).substr(0, 200));
  for (const auto& other : {fixture("scripted.pt"), scratch / "text.bin", scratch / "lfs.bin", scratch / "empty.bin",
                            scratch / "cut.pt", scratch / "nowhere", scratch.folder()}) {
    CAPTURE(other);
    CHECK_FALSE(gf::holdsWeights(other));
  }
}

TEST_CASE("a folder of weights is known by its config.json") {
  const Scratch scratch;
  keep(scratch / "bin", "pytorch_model.bin", "{}");
  CHECK(gf::weightsIn(scratch / "bin") == scratch / "bin" / "pytorch_model.bin");
  keep(scratch / "bin", "model.safetensors", "");
  CHECK(gf::weightsIn(scratch / "bin") == scratch / "bin" / "model.safetensors");
  keep(scratch / "bare", "model.safetensors", "");
  CHECK(gf::weightsIn(scratch / "bare").empty());
  CHECK(gf::weightsIn(scratch / "nowhere").empty());
  CHECK(gf::weightsIn(scratch / "bin" / "config.json").empty());
}

TEST_CASE("a repository of the cache answers the revision that it is at") {
  const Scratch scratch;
  const fs::path repository = scratch / "models--timm--small";
  keep(repository / "snapshots" / "0a", "model.safetensors", "{}");
  CHECK(gf::weightsIn(repository) == repository / "snapshots" / "0a" / "model.safetensors");
  keep(repository / "snapshots" / "0b", "model.safetensors", "{}");
  CHECK(gf::weightsIn(repository).empty());
  fs::create_directories(repository / "refs");
  write(repository / "refs" / "main", "0b\n");
  CHECK(gf::weightsIn(repository) == repository / "snapshots" / "0b" / "model.safetensors");
  write(repository / "refs" / "main", "../../../elsewhere");
  CHECK(gf::weightsIn(repository).empty());
}

TEST_CASE("config.json says architecture and classes, or nothing") {
  const Scratch scratch;
  const fs::path file = scratch / "model.safetensors";
  const auto said = [&](const std::string& text) {
    write(scratch / "config.json", text);
    return gf::configBeside(file);
  };
  CHECK(gf::configBeside(file).architecture.empty());
  auto config = said(R"({"architecture": "resnet18", "num_classes": 3, "label_names": ["a", "b", "c"]})");
  CHECK(config.architecture == "resnet18");
  CHECK(config.classes == 3);
  CHECK(config.namesClasses);
  config = said(R"({"architecture": "vit_base", "pretrained_cfg": {"num_classes": 1000}})");
  CHECK(config.classes == 1000);
  CHECK_FALSE(config.namesClasses);
  for (const char* nothing : {"{", "[]", "{}", R"({"architecture": 5})", R"({"architectures": ["ResNet"]})"}) {
    CAPTURE(nothing);
    CHECK(said(nothing).architecture.empty());
  }
  CHECK(said(R"({"architecture": "a", "num_classes": "many", "pretrained_cfg": 1})").classes == 0);
}
