// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "base/error.h"
#include "packed_material.h"

using namespace gf;
using test::TempFolder;

namespace {

namespace fs = std::filesystem;

class Rows final : public BoxWanted {
 public:
  PixelBox boxOf(int width, int) const override { return {1, 1, width - 2, 2}; }
};

Error errorOf(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  FAIL("must not work");
  return Error(ErrorKind::Run, "", "", "");
}

}  // namespace

TEST_CASE("what was packed raw comes out as it went in, with names, labels and classes") {
  TempFolder folder;
  const auto plan = test::smallPlan(7, 5);
  test::writeSmall(folder / "a.gfpack", plan);
  CHECK(isPackedFile(folder / "a.gfpack"));
  const auto source = openPacked(folder / "a.gfpack");
  CHECK(source.kind == "image folder");
  CHECK(source.evalName == "val");
  REQUIRE(source.train);
  REQUIRE(source.train->size() == 7);
  REQUIRE(source.eval->size() == 5);
  CHECK(source.eval->classNames() == plan.description.classes);
  CHECK(source.eval->wnids() == plan.description.wnids);
  CHECK(source.train->identity().size() == 64);
  CHECK(source.train->identity() != source.eval->identity());
  Pixels reused;
  for (std::size_t i = 0; i < 12; ++i) {
    const auto& set = i < 7 ? *source.train : *source.eval;
    const std::size_t index = i < 7 ? i : i - 7;
    const Pixels wanted = test::smallImage(i);
    for (int round = 0; round < 2; ++round) {
      set.read(index, nullptr, reused);
      CHECK(reused.width == wanted.width);
      CHECK(reused.channels == wanted.channels);
      CHECK(reused.bytes == wanted.bytes);
    }
    CHECK(set.sampleName(index) == test::smallName(i));
    CHECK(set.labels()[index] == (i < 7 ? plan.train[i] : plan.eval[index]));
  }
  CHECK_THROWS_AS(source.eval->image(5), Error);
}

TEST_CASE("of a raw image only the rows that are asked for need be right") {
  TempFolder folder;
  test::writeSmall(folder / "a.gfpack", test::smallPlan(0, 3));
  const auto eval = openPacked(folder / "a.gfpack").eval;
  const Pixels whole = eval->image(0);  // Compares the checksum; from now on rows alone are read.
  Pixels part{0, 0, 0, std::vector<std::uint8_t>(whole.bytes.size(), 0)};
  const Rows rows;
  eval->read(0, &rows, part);
  const std::size_t row = static_cast<std::size_t>(whole.width) * 3;
  CHECK(std::equal(part.bytes.begin() + row, part.bytes.begin() + 3 * row, whole.bytes.begin() + row));
  CHECK(part.bytes[0] == 0);
}

TEST_CASE("JPEG keeps sizes and channels, shrinks what is larger than the side and leaves the rest") {
  TempFolder folder;
  PackedMaker maker(16, 90);
  auto plan = test::smallPlan(0, 3, 16, 90);
  {
    PackedWriter writer(folder / "a.gfpack", plan, false);
    for (const auto& image :
         {test::patterned(40, 20, 3, 1), test::patterned(20, 50, 1, 2), test::patterned(9, 12, 3, 3)}) {
      const auto made = maker.make(image);
      writer.add(made.entry, made.bytes, "x");
    }
    writer.finish();
  }
  const auto eval = openPacked(folder / "a.gfpack").eval;
  const int sizes[3][3] = {{32, 16, 3}, {16, 40, 1}, {9, 12, 3}};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto image = eval->image(i);
    CHECK(image.width == sizes[i][0]);
    CHECK(image.height == sizes[i][1]);
    CHECK(image.channels == sizes[i][2]);
  }
}

TEST_CASE("the identity follows content, labels and classes, not names or the file's place") {
  TempFolder folder;
  auto plan = test::smallPlan(2, 4);
  const auto identityOf = [&](const std::string& name, const PackedPlan& some) {
    test::writeSmall(folder / name, some);
    return openPacked(folder / name).eval->identity();
  };
  const auto first = identityOf("a.gfpack", plan);
  CHECK(identityOf("b.gfpack", plan) == first);
  CHECK(test::read(folder / "a.gfpack") == test::read(folder / "b.gfpack"));
  auto other = plan;
  other.eval[0] = 0;
  CHECK(identityOf("c.gfpack", other) != first);
  other = plan;
  other.description.classes[0] = "lynx";
  CHECK(identityOf("d.gfpack", other) != first);
  other = plan;
  other.quality = 90;
  CHECK(identityOf("e.gfpack", other) != first);
}

TEST_CASE("a file that is cut short or changed while it is open is an error, not the end of the process") {
  TempFolder folder;
  test::writeSmall(folder / "whole.gfpack", test::smallPlan(300, 200));
  const auto header = readPackedFacts(folder / "whole.gfpack").header;
  for (const std::uint64_t length : {std::uint64_t{0}, std::uint64_t{100}, std::uint64_t{4096}, header.imagesEnd() / 2,
                                     header.namesAt, header.labelsAt, header.entriesAt, header.fileBytes - 1}) {
    CAPTURE(length);
    fs::copy_file(folder / "whole.gfpack", folder / "cut.gfpack", fs::copy_options::overwrite_existing);
    const auto source = openPacked(folder / "cut.gfpack");
    fs::resize_file(folder / "cut.gfpack", length);
    std::vector<std::jthread> readers;
    std::atomic<int> refused{0};
    for (int t = 0; t < 4; ++t) {
      readers.emplace_back([&] {
        for (std::size_t i = 0; i < 200; ++i) {
          try {
            source.eval->image(i);
          } catch (const Error& error) {
            refused += error.kind() == ErrorKind::Run;
          }
          try {
            (void)source.train->sampleName(i);
          } catch (const Error&) {
          }
        }
      });
    }
    readers.clear();
    CHECK(refused == 800);
    CHECK(source.eval->labels()[1] == 2);
  }
}

TEST_CASE("an unfinished packing is gone on from by the same plan alone") {
  TempFolder folder;
  const auto plan = test::smallPlan(20, 10);
  test::writeSmall(folder / "straight.gfpack", plan);
  {
    PackedWriter writer(folder / "a.gfpack", plan, false);
    PackedMaker maker(0, 0);
    for (std::size_t i = 0; i < 13; ++i) {
      const auto made = maker.make(test::smallImage(i));
      writer.add(made.entry, made.bytes, test::smallName(i));
    }
  }
  CHECK_FALSE(fs::exists(folder / "a.gfpack"));
  for (const std::uintmax_t more : {0U, 1U, 7U, 40U}) {  // What a kill may leave behind the last whole record.
    const auto journal = folder / "a.gfpack.part.journal";
    test::write(journal, test::read(journal) + std::string(more, 'x'));
    PackedWriter writer(folder / "a.gfpack", plan, false);
    CHECK(writer.resumedAt() == 13);
    CHECK(writer.begunAnew().empty());
  }
  {
    auto other = plan;
    other.side = 5;
    PackedWriter writer(folder / "a.gfpack", other, false);
    CHECK(writer.resumedAt() == 0);
    CHECK_FALSE(writer.begunAnew().empty());
  }
  test::writeSmall(folder / "a.gfpack", plan);
  CHECK(test::read(folder / "a.gfpack") == test::read(folder / "straight.gfpack"));
  CHECK_FALSE(fs::exists(folder / "a.gfpack.part"));
  CHECK_FALSE(fs::exists(folder / "a.gfpack.part.journal"));
}

TEST_CASE("nothing of others is written over, and one packing at a time writes") {
  TempFolder folder;
  const auto plan = test::smallPlan(0, 3);
  test::write(folder / "a.gfpack.part", "somebody's work");
  CHECK(errorOf([&] { PackedWriter(folder / "a.gfpack", plan, false); }).kind() == ErrorKind::Usage);
  CHECK(test::read(folder / "a.gfpack.part") == "somebody's work");
  test::write(folder / "letter", "Dear reader");
  fs::create_symlink(folder / "letter", folder / "b.gfpack.part");
  CHECK(errorOf([&] { PackedWriter(folder / "b.gfpack", plan, false); }).kind() == ErrorKind::Run);
  CHECK(test::read(folder / "letter") == "Dear reader");
  PackedWriter one(folder / "c.gfpack", plan, false);
  CHECK(errorOf([&] { PackedWriter(folder / "c.gfpack", plan, false); }).rule().find("only one") == 0);
}
