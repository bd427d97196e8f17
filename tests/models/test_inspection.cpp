// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "base/hash.h"
#include "models/fixtures.h"
#include "models/inspection.h"

using namespace gf_test;
using nlohmann::json;

TEST_CASE("a usable checkpoint is described") {
  const gf::Inspection seen = gf::inspectHere(fixture("scripted.pt"));
  CHECK(seen.readable);
  CHECK(seen.usable());
  CHECK(seen.rule.empty());
  REQUIRE(seen.metadata.has_value());
  CHECK(seen.metadata->name == "tiny");
  CHECK(seen.missingKeys.empty());
  CHECK(seen.parameters == 63);
  CHECK(seen.fileBytes == static_cast<std::int64_t>(fs::file_size(fixture("scripted.pt"))));
  CHECK(seen.sha256 == gf::sha256OfFile(fixture("scripted.pt")));
  CHECK(seen.architecture == "Tiny");
  CHECK(seen.hasFeatures);
  CHECK_FALSE(seen.traced);
}

TEST_CASE("a traced one is usable, and said to be traced") {
  for (const char* name : {"traced.pt", "traced_without_debug.pt", "traced_plain.pt", "frozen.pt"}) {
    CAPTURE(name);
    const gf::Inspection seen = gf::inspectHere(fixture(name));
    CHECK(seen.usable());
    CHECK(seen.traced);
    CHECK_FALSE(seen.hasFeatures);
  }
}

TEST_CASE("an inspection says whether there are penultimate features, and why not") {
  for (const char* name : {"scripted.pt", "traced.pt", "frozen.pt", "plain.pt", "cnn.pt", "two_heads.pt"}) {
    CAPTURE(name);
    CHECK(gf::inspectHere(fixture(name)).featuresProblem.empty());
  }
  for (const auto& [name, problem] :
       {std::pair{"conv_head.pt", "no linear layer"}, std::pair{"tokens.pt", "shape [2, 6, 6]"}}) {
    CAPTURE(name);
    const gf::Inspection seen = gf::inspectHere(fixture(name));
    CHECK(seen.usable());
    CHECK(seen.featuresProblem.find(problem) != std::string::npos);
    CHECK(gf::inspectionFromJson(gf::toJson(seen)).featuresProblem == seen.featuresProblem);
  }
}

TEST_CASE("without metadata it is readable and the missing keys are listed; overrides make it usable") {
  const gf::Inspection bare = gf::inspectHere(fixture("no_metadata.pt"));
  CHECK(bare.readable);
  CHECK_FALSE(bare.usable());
  CHECK(bare.missingKeys == std::vector<std::string>{"name", "classes", "input_size", "mean", "std"});
  CHECK(bare.parameters == 36 * 4 + 4 + 4 * 3 + 3);
  json overrides{{"name", "given"}, {"classes", {"x", "y", "z"}}, {"input_size", {1, 6, 6}}, {"mean", {0}}};
  CHECK(gf::inspectHere(fixture("no_metadata.pt"), overrides).missingKeys == std::vector<std::string>{"std"});
  overrides["std"] = {1};
  CHECK(gf::inspectHere(fixture("no_metadata.pt"), overrides).usable());
  overrides["classes"] = {"x", "y"};
  const gf::Inspection wrong = gf::inspectHere(fixture("no_metadata.pt"), overrides);
  CHECK_FALSE(wrong.readable);
  CHECK(wrong.observed == "3 logits");
}

TEST_CASE("what cannot be used says which rule it breaks") {
  for (const auto& [name, rule, observed] :
       {std::tuple{"wrong_count.pt", "one logit per class", "5 logits"},
        std::tuple{"raises.pt", "must run", "never answers"}, std::tuple{"pair.pt", "one tensor", "Tuple"},
        std::tuple{"integers.pt", "floating-point", "Long"},
        std::tuple{"bad_metadata.pt", "std must be above 0", "0.0"},
        std::tuple{"state_dict.pt", "TorchScript", "weights saved by torch.save"},
        std::tuple{"legacy.pt", "TorchScript", "old format"},
        std::tuple{"missing.pt", "must exist", "nothing there"}}) {
    CAPTURE(name);
    const gf::Inspection seen = gf::inspectHere(fixture(name));
    CHECK_FALSE(seen.readable);
    CHECK_FALSE(seen.metadata.has_value());
    CHECK(seen.rule.find(rule) != std::string::npos);
    CHECK(seen.observed.find(observed) != std::string::npos);
  }
}

TEST_CASE("an inspection survives JSON") {
  for (const char* name : {"scripted.pt", "no_metadata.pt", "wrong_count.pt"}) {
    const gf::Inspection seen = gf::inspectHere(fixture(name));
    const json written = json::parse(gf::toJson(seen).dump());
    CHECK(json(gf::toJson(gf::inspectionFromJson(written))) == written);
  }
}

TEST_CASE("JSON that is no inspection is refused") {
  const json whole = gf::toJson(gf::inspectHere(fixture("scripted.pt")));
  for (const auto& [key, value] : whole.items()) {
    CAPTURE(key);
    json object = whole;
    object.erase(key);
    CHECK_THROWS_AS(gf::inspectionFromJson(object), gf::Error);
    object[key] = key == "metadata" ? json(3) : json::object({{"x", 1}});
    CHECK_THROWS_AS(gf::inspectionFromJson(object), gf::Error);
  }
  CHECK_THROWS_AS(gf::inspectionFromJson(json::array()), gf::Error);
  json both = whole;
  both["rule"] = "a rule";
  CHECK_THROWS_AS(gf::inspectionFromJson(both), gf::Error);
}

TEST_CASE("checkpoints are found by their endings, sorted, and not through links that lead outside") {
  const Scratch scratch, elsewhere;
  fs::create_directories(scratch / "b/deep");
  for (const char* name : {"z.pt", "b/a.pth", "b/deep/x.TS", "b/y.torchscript", "notes.txt", "b/pt", "c.pt.txt"}) {
    write(scratch / name, "x");
  }
  fs::create_directories(scratch / "folder.pt");
  write(elsewhere / "outside.pt", "x");
  fs::create_symlink(elsewhere / "outside.pt", scratch / "link_out.pt");
  fs::create_symlink(scratch / "z.pt", scratch / "link_in.pt");
  fs::create_directory_symlink(elsewhere.folder(), scratch / "folder_link");
  fs::create_directory_symlink(scratch.folder(), scratch / "b/cycle");
  fs::create_symlink(scratch / "gone", scratch / "dangling.pt");
  std::vector<std::string> names;
  for (const auto& path : gf::findCheckpoints(scratch.folder()))
    names.push_back(path.lexically_relative(scratch.folder()));
  CHECK(names == std::vector<std::string>{"b/a.pth", "b/deep/x.TS", "b/y.torchscript", "link_in.pt", "z.pt"});
  CHECK(gf::findCheckpoints(scratch.folder(), 2).size() == 2);
  CHECK_THROWS_AS(gf::findCheckpoints(scratch / "nowhere"), gf::Error);
  CHECK_THROWS_AS(gf::findCheckpoints(scratch / "z.pt"), gf::Error);
}
