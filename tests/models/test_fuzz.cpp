// SPDX-License-Identifier: Apache-2.0
// Broken, foreign and hostile files: each must come back as unreadable, with a rule, and nothing may crash.
#include <doctest/doctest.h>
#include <zlib.h>

#include <iostream>
#include <set>

#include "base/random.h"
#include "models/archive.h"
#include "models/fixtures.h"
#include "models/inspection.h"

using namespace gf_test;
using nlohmann::json;

namespace {

struct Case {
  std::string name;
  std::string bytes;
};

std::string noise(std::uint64_t seed, std::size_t count) {
  gf::Random random(seed);
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.next());
  return bytes;
}

std::string archiveMagic() {
  std::string magic = "PK";
  magic += '\x03';
  magic += '\x04';
  return magic;
}

/// Cuts at many places: in the magic, in entries, in the directory, in the last record.
void addTruncated(const std::string& whole, std::vector<Case>& cases) {
  std::set<std::size_t> cuts{
      1, 2, 3, 4, 10, 29, 30, 31, whole.size() - 1, whole.size() - 2, whole.size() - 21, whole.size() - 22};
  for (std::size_t i = 1; i < 20; ++i) cuts.insert(whole.size() * i / 20);
  for (const std::size_t cut : cuts) cases.push_back({"cut at " + std::to_string(cut), whole.substr(0, cut)});
}

/// Flips in places where a reader must notice: inside the data of every entry, in its header's signature, in the
/// directory.
void addFlipped(const fs::path& original, const std::string& whole, std::vector<Case>& cases) {
  const auto listing = gf::requireTorchScript(original);
  const auto flip = [&](std::size_t where, const std::string& name) {
    std::string bytes = whole;
    bytes[where] = static_cast<char>(bytes[where] ^ 0x41);
    cases.push_back({"flipped " + name, std::move(bytes)});
  };
  for (const gf::ArchiveEntry& entry : listing.entries) {
    if (entry.bytes == 0) continue;
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(whole[entry.offset + i]); };
    const std::size_t data = entry.offset + 30 + at(26) + (at(27) << 8) + at(28) + (at(29) << 8);
    flip(data + entry.storedBytes / 2, entry.name);
    flip(entry.offset, "header of " + entry.name);
  }
  flip(whole.rfind("PK\x05\x06"), "end record");
  flip(whole.find("PK\x01\x02"), "directory");
  flip(whole.rfind("PK\x01\x02") + 10, "method");
  flip(whole.rfind("PK\x05\x06") + 16 + 2, "directory offset");
}

void addOtherKinds(std::vector<Case>& cases) {
  cases.push_back({"empty", ""});
  cases.push_back({"one byte", "P"});
  cases.push_back({"magic only", "PK\x03\x04"});
  cases.push_back({"end record only", std::string("PK\x05\x06", 4) + std::string(18, '\0')});
  cases.push_back(
      {"magic and end record", archiveMagic() + std::string(40, '\0') + "PK\x05\x06" + std::string(18, '\0')});
  cases.push_back({"huge directory", archiveMagic() + std::string(40, '\0') + "PK\x05\x06" + std::string(4, '\0') +
                                         std::string(14, '\xff')});
  cases.push_back({"PNG", "\x89PNG\r\n\x1a\n" + noise(1, 500)});
  cases.push_back({"text", "a story\n"});
  cases.push_back({"JSON", "{\"classes\": []}"});
  cases.push_back({"state dict", bytesOf(fixture("state_dict.pt"))});
  cases.push_back({"legacy pickle", bytesOf(fixture("legacy.pt"))});
  std::string packed(2000, '\0');
  uLongf size = packed.size();
  const std::string text = noise(2, 1000);
  ::compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(text.data()), text.size());
  cases.push_back({"gzip", "\x1f\x8b\x08" + packed.substr(0, size)});
  for (std::uint64_t seed = 10; seed < 22; ++seed) {
    std::string name = "noise ";
    name += std::to_string(seed);
    cases.push_back({name, noise(seed, 1 + seed * seed * 7)});
    cases.push_back({"magic and " + name, archiveMagic() + noise(seed + 100, 3000)});
  }
}

}  // namespace

TEST_CASE("every broken checkpoint comes back with a rule, from as few children as it takes") {
  ::setenv("GAINFINDER_PROGRAM", GF_TEST_PROGRAM, 1);
  const Scratch scratch;
  std::vector<Case> cases;
  for (const char* name : {"plain.pt", "scripted_without_debug.pt"}) {
    const std::string whole = bytesOf(fixture(name));
    addTruncated(whole, cases);
    addFlipped(fixture(name), whole, cases);
  }
  addOtherKinds(cases);
  std::vector<fs::path> paths;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    paths.push_back(scratch / ("case" + std::to_string(i) + ".pt"));
    write(paths.back(), cases[i].bytes);
  }
  paths.push_back(scratch.folder());
  paths.push_back(scratch / "absent.pt");
  paths.push_back(fixture("plain.pt"));  // the child must still tell good from bad at the end

  const auto seen = gf::inspectInChild(paths, nullptr, {}, {}, {});
  REQUIRE(seen.size() == paths.size());
  for (std::size_t i = 0; i + 1 < seen.size(); ++i) {
    CAPTURE(i < cases.size() ? cases[i].name : paths[i].string());
    CHECK_FALSE(seen[i].readable);
    CHECK_FALSE(seen[i].rule.empty());
    CHECK_FALSE(seen[i].observed.empty());
    CHECK_FALSE(seen[i].metadata.has_value());
    CHECK(seen[i].observed.find("signal") == std::string::npos);
    if (i < cases.size()) CHECK(bytesOf(paths[i]) == cases[i].bytes);
  }
  CHECK(seen.back().usable());
  CHECK(cases.size() >= 60);
  std::cout << cases.size() + 2 << " broken checkpoints through the child\n";
}

TEST_CASE("every wrong value of every metadata key is refused") {
  const json whole{{"name", "n"},
                   {"family", "CNN"},
                   {"source", "s"},
                   {"classes", {"a", "b", "c"}},
                   {"input_size", {1, 6, 6}},
                   {"mean", {0.5}},
                   {"std", {0.5}},
                   {"interpolation", "bicubic"},
                   {"crop_pct", 0.9},
                   {"crop_mode", "center"},
                   {"wnids", {"x", "y", "z"}},
                   {"reference_accuracy", {{"data", "d"}, {"value", 0.5}}},
                   {"licence", "l"}};
  REQUIRE_NOTHROW(gf::parseMetadata(whole.dump(), nullptr, "m"));
  // Of each type at least two, most of them far out of range; which of them may stand where is written beside it.
  const std::vector<json> values{true,
                                 -7,
                                 1e300,
                                 18446744073709551615u,
                                 "\x01",
                                 std::string(5000, 'q'),
                                 json::array({json::array()}),
                                 json::array({nullptr}),
                                 json::array({-1e308, -1e308, -1e308, -1e308}),
                                 json(std::vector<std::string>(100001, "same")),
                                 json::object({{"value", "x"}}),
                                 json::object({{"value", -1}})};
  int refused = 0;
  for (const auto& [key, unused] : whole.items()) {
    for (const json& value : values) {
      CAPTURE(key);
      CAPTURE(value.dump().substr(0, 60));
      json object = whole;
      object[key] = value;
      CHECK_THROWS_AS(gf::parseMetadata(object.dump(), nullptr, "m"), gf::Error);
      CHECK_THROWS_AS(gf::parseMetadata("{}", object, "m"), gf::Error);
      ++refused;
    }
  }
  const std::string text = whole.dump();
  for (std::size_t cut = 1; cut < text.size(); cut += 7) {
    CHECK_THROWS_AS(gf::parseMetadata(text.substr(0, cut), nullptr, "m"), gf::Error);
    ++refused;
  }
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CHECK_THROWS_AS(gf::parseMetadata(noise(seed, 1 + 20 * seed), nullptr, "m"), gf::Error);
    ++refused;
  }
  std::cout << refused << " broken metadata texts\n";
}
