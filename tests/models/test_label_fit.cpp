// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "data/wnid_names.h"
#include "models/fixtures.h"
#include "models/label_fit.h"

using gf::NamedClasses;
using Columns = std::vector<std::int64_t>;

namespace {
const NamedClasses kData{"the data", {"circle", "square", "ankle boot"}};
}

TEST_CASE("names are compared without case, blanks around them and underscores") {
  CHECK(gf::labelMismatches({"m", {"Circle", " SQUARE\r", "Ankle_boot"}}, kData).empty());
  CHECK(gf::labelMismatches({"m", {"circle", "square", "ankleboot"}}, kData) ==
        std::vector<std::string>{"Class 2 is \"ankleboot\" for m and \"ankle boot\" for the data"});
  CHECK(gf::labelMismatches({"m", {"circle"}}, kData) == std::vector<std::string>{"m has 1 classes, the data has 3"});
}

TEST_CASE("each wanted name finds its place") {
  CHECK(gf::columnsFor("f", {"m", {"circle", "square", "ankle boot"}}, kData) == Columns{0, 1, 2});
  CHECK(gf::columnsFor("f", {"m", {"Ankle_Boot", "Circle", "square"}}, kData) == Columns{1, 2, 0});
  CHECK(gf::columnsFor("f", {"m", {"x", "square", "y", "circle"}}, kData) == Columns{3, 1, -1});
}

TEST_CASE("names that read alike are told apart by their spelling") {
  // ImageNet has Cardigan, the dog, and cardigan, the garment.
  const NamedClasses data{"the data", {"Cardigan", "boat", "cardigan"}};
  CHECK(gf::columnsFor("f", {"m", {"cardigan", "Cardigan", "Boat"}}, data) == Columns{1, 2, 0});
  CHECK(gf::columnsFor("f", {"m", {"cardigan", "boat", "Cardigan"}}, data) == Columns{2, 1, 0});
  CHECK(gf::columnsFor("f", {"m", {"Cardigan", "boat"}}, data) == Columns{0, 1, -1});
  CHECK(gf::columnsFor("f", {"m", {"cardigan", "Cardigan"}}, {"the data", {"CARDIGAN"}}) == Columns{-1});
}

TEST_CASE("the same name twice is refused, but not where the order is the same anyway") {
  const NamedClasses cranes{"m", {"crane", "crane", "boat"}};
  CHECK(gf::columnsFor("f", cranes, {"the data", {"crane", "Crane", "boat"}}) == Columns{0, 1, 2});
  const gf::Error error = gf_test::failureOf([&] { gf::columnsFor("f", cranes, {"the data", {"boat", "crane"}}); });
  CHECK(error.kind() == gf::ErrorKind::Input);
  CHECK(error.subject() == "f");
  CHECK(error.observed() == "\"crane\" twice in m");
  CHECK_FALSE(gf::labelObstacle(cranes, {"the data", {"boat", "crane"}}, true).empty());
}

TEST_CASE("obstacles depend on whether classes may be missing") {
  const NamedClasses some{"m", {"square", "star"}}, none{"m", {"dog", "cat"}},
      all{"m", {"square", "ankle boot", "circle"}};
  CHECK(gf::labelObstacle(all, kData, false).empty());
  CHECK(gf::labelObstacle(some, kData, true).empty());
  CHECK(gf::labelObstacle(some, kData, false) == "m lacks 2 of 3 classes (circle, ankle boot) of the data");
  CHECK(gf::labelObstacle(none, kData, true) == "m knows not one class of the data");
  CHECK_NOTHROW(gf::requireLabels("f", some, kData, true));
  CHECK(gf_test::failureOf([&] { gf::requireLabels("f", some, kData, false); }).subject() == "f");
  CHECK_THROWS_AS(gf::requireLabels("f", none, kData, true), gf::Error);
}

TEST_CASE("what is matched is said in words") {
  CHECK(gf::labelNote({"m", {"CIRCLE", "square", "ankle boot"}}, kData).empty());
  CHECK(gf::labelNote({"m", {"square", "circle", "ankle boot"}}, kData) ==
        "m: its classes come in another order than those of the data and are matched by name");
  CHECK(gf::labelNote({"m", {"circle", "x", "square", "ankle boot"}}, kData) ==
        "m: 1 of its 4 classes are not in the data and are left out");
  CHECK(gf::labelNote({"m", {"circle", "square"}}, kData) ==
        "m: it does not know 1 of 3 classes (ankle boot) of the data and is never right there");
}

TEST_CASE("where both lists have ImageNet ids, these count and names do not") {
  const NamedClasses data{"the data", {"tench", "crane (wading bird)"}, {"n01440764", "n02012849"}};
  const NamedClasses model{"m", {"crane", "crane", "Tinca"}, {"n03126707", "n02012849", "n01440764"}};
  CHECK(gf::columnsFor("f", model, data) == Columns{2, 1});
  CHECK(gf::labelNote(model, data) ==
        "m: its classes come in another order than those of the data and are matched by ImageNet id; 1 of its 3 "
        "classes are not in the data and are left out");
  CHECK(gf::columnsFor("f", {"m", {"n02012849", "n01440764"}}, data) == Columns{1, 0});  // its names are ids
  const NamedClasses machine{"m", {"tench", "crane (wading bird)"}, {"n01440764", "n03126707"}};
  CHECK(gf::columnsFor("f", machine, data) == Columns{0, -1});
  CHECK(gf::labelObstacle(machine, data, false) ==
        "m lacks 1 of 2 classes (crane (wading bird)) of the data, by ImageNet id");
  CHECK(gf::labelMismatches(machine, data) ==
        std::vector<std::string>{"Class 1 is \"crane (wading bird)\" (n03126707) for m and \"crane (wading bird)\" "
                                 "(n02012849) for the data"});
  const NamedClasses twice{"m", {"a", "b"}, {"n01440764", "n01440764"}};
  CHECK(gf_test::failureOf([&] { gf::columnsFor("f", twice, data); }).observed() == "n01440764 twice in m");
  CHECK(gf::columnsFor("f", {"m", {"tench", "x"}, {"n01", "n02"}}, data) == Columns{0, -1});  // no ids: by name
}

TEST_CASE("names without ids find their class by WordNet's words, but never one of two") {
  const NamedClasses data{
      "the data",
      {"tench", "crane (wading bird)", "crane (lifting device)", "projectile", "maillot, tank suit"},
      {"n01440764", "n02012849", "n03126707", "n04008634", "n03710721"}};
  const auto columns = [&](std::vector<std::string> names) {
    return gf::columnsFor("f", {"m", std::move(names)}, data);
  };
  CHECK(columns({"tank suit", "Tinca_tinca"}) == Columns{1, -1, -1, -1, 0});
  CHECK(columns({"x", "tench, Tinca tinca"}) == Columns{1, -1, -1, -1, -1});
  CHECK(columns({"tench, carp"}) == Columns{-1, -1, -1, -1, -1});
  CHECK(columns({"crane", "tench"}) == Columns{1, -1, -1, -1, -1});    // which of two cranes?
  CHECK(columns({"missile", "tench"}) == Columns{1, -1, -1, -1, -1});  // ImageNet-1k has another one
  CHECK(columns({"tench", "Tinca tinca"}) == Columns{0, -1, -1, -1, -1});
  CHECK(columns({"Tinca tinca", "tench, Tinca tinca"}) == Columns{-1, -1, -1, -1, -1});  // two claim it
  // The other way round: the model has the ids.
  CHECK(gf::columnsFor("f", data, {"the data", {"Tinca tinca", "crane", "tank suit"}}) == Columns{0, -1, 4});
}

TEST_CASE("the names of a published ImageNet-1k classifier are as good as ids") {
  NamedClasses model{"m", {}};
  for (const auto& words : gf::wnidWords(gf::imageNet1kWnids())) model.names.push_back(words.front());
  REQUIRE(model.names[134] == model.names[517]);  // both "crane"
  model.names[639] = "maillot tank suit";         // as torchvision writes it; WordNet has no such word
  const NamedClasses data{"the data", {"lifting", "wading", "tench"}, {"n03126707", "n02012849", "n01440764"}};
  CHECK(gf::columnsFor("f", model, data) == Columns{517, 134, 0});
  std::swap(model.names[0], model.names[1]);  // now it contradicts
  CHECK_THROWS_AS(gf::columnsFor("f", model, data), gf::Error);
}
