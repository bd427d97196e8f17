// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"
#include "layouts.h"

using namespace gf;
using test::refusal;
using test::TempFolder;

namespace fs = std::filesystem;

TEST_CASE("a domain of DomainNet opens by its folder, by either list and by a root with no other") {
  TempFolder folder;
  test::writeDomainNet(folder.path());
  const auto source = openData(folder / "infograph");
  CHECK(source.kind == "DomainNet (infograph)");
  CHECK(source.evalName == "test");
  CHECK(source.eval->classNames() == std::vector<std::string>{"aircraft carrier", "airplane", "The Eiffel Tower"});
  REQUIRE(source.train);
  CHECK(test::sampleNames(*source.train) ==
        std::vector<std::string>{"infograph/aircraft_carrier/infograph_001_000001.jpg",
                                 "infograph/The_Eiffel_Tower/infograph_302_000004.jpg"});
  CHECK(test::labelsOf(*source.train) == std::vector<std::int32_t>{0, 2});
  CHECK(test::sampleNames(*source.eval) ==
        std::vector<std::string>{"infograph/aircraft_carrier/infograph_001_000002.jpg",
                                 "infograph/airplane/infograph_002_000003.jpg"});
  CHECK(test::labelsOf(*source.eval) == std::vector<std::int32_t>{0, 1});
  for (const char* path : {"", "infograph/", "infograph_train.txt", "infograph_test.txt"}) {
    CAPTURE(path);
    CHECK(openData(folder / path).eval->identity() == source.eval->identity());
    CHECK(openData(folder / path).train->identity() == source.train->identity());
  }
}

TEST_CASE("a root with several domains is refused with one to give") {
  TempFolder folder;
  test::writeDomainNet(folder.path());
  test::write(folder / "clipart/airplane/clipart_002_000001.jpg", "image");
  test::write(folder / "clipart_test.txt", "clipart/airplane/clipart_002_000001.jpg 1\n");
  const auto error = refusal(folder.path());
  CHECK(error.observed() == "the domains clipart, infograph");
  CHECK(error.remedy().find((folder / "clipart").string()) != std::string::npos);
  CHECK(openData(folder / "infograph").eval->size() == 2);
}

TEST_CASE("a domain with its test list alone is for comparing only, with its training list alone it is nothing") {
  TempFolder folder;
  test::writeDomainNet(folder.path());
  fs::rename(folder / "infograph_train.txt", folder / "kept.txt");
  const auto source = openData(folder / "infograph");
  CHECK_FALSE(source.train);
  CHECK(source.eval->classNames() == std::vector<std::string>{"aircraft carrier", "airplane"});
  fs::rename(folder / "kept.txt", folder / "infograph_train.txt");
  fs::remove(folder / "infograph_test.txt");
  for (const char* path : {"", "infograph", "infograph_train.txt"})
    CHECK(refusal(folder / path).subject() == (folder / "infograph_test.txt").string());
}

TEST_CASE("DomainNet: what the lists name must be there and below the root") {
  TempFolder folder;
  test::writeDomainNet(folder.path());
  const auto list = folder / "infograph_test.txt";
  const std::string sound = test::read(list);
  for (const char* path : {"infograph/airplane/gone.jpg", "infograph/airplane/../../../x.jpg", "infograph/../x.jpg",
                           "infograph/airplane/infograph_002_000003.jpg", "infograph/airplane"}) {
    test::write(list, sound + path + " 1\n");
    const auto error = refusal(folder / "infograph");
    CHECK(error.subject() == list.string());
    CHECK(error.observed().find("line 3") != std::string::npos);
  }
  test::write(list, sound + "infograph/aircraft_carrier/infograph_001_000001.jpg 0\n");  // Of the training list.
  CHECK(refusal(folder / "infograph").rule().find("once") != std::string::npos);
  test::write(list, sound);
  fs::rename(folder / "infograph", folder / "elsewhere");
  CHECK(refusal(list).subject() == (folder / "infograph").string());
}

TEST_CASE("DomainNet: links that leave the root are passed over, and the identity follows the labels") {
  TempFolder folder, elsewhere;
  test::writeDomainNet(folder.path());
  const auto first = openData(folder / "infograph").eval->identity();
  test::write(folder / "infograph_test.txt",
              "infograph/aircraft_carrier/infograph_001_000002.jpg 1\ninfograph/airplane/infograph_002_000003.jpg 0\n");
  test::write(folder / "infograph_train.txt", "");
  CHECK(openData(folder / "infograph").eval->identity() != first);
  const auto image = folder / "infograph/airplane/infograph_002_000003.jpg";
  test::write(elsewhere / "secret.jpg", "secret");
  fs::remove(image);
  fs::create_symlink(elsewhere / "secret.jpg", image);
  std::string warning;
  const LogSubscription listen([&](const LogEntry& entry) { warning = entry.text; });
  CHECK(openData(folder / "infograph").eval->size() == 1);
  CHECK(warning.find("1 links") != std::string::npos);
}
