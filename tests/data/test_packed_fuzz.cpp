// SPDX-License-Identifier: Apache-2.0
// Damaged and forged packed files. Each opens with an Error(Input) that names the file, or its images do, or what was
// changed decides nothing; no process ends.
#include <doctest/doctest.h>

#include "base/error.h"
#include "base/random.h"
#include "packed_material.h"

using namespace gf;
using test::TempFolder;

namespace {

namespace fs = std::filesystem;

int cases = 0;

enum class End { Refused, ImageRefused, Read };

/// Opens the file and reads all of it.
End endOf(const fs::path& file) {
  ++cases;
  try {
    const auto source = openPacked(file);
    bool refused = false;
    for (const auto* set : {source.train.get(), source.eval.get()}) {
      for (std::size_t i = 0; set && i < set->size(); ++i) {
        REQUIRE(static_cast<std::size_t>(set->labels()[i]) < set->classNames().size());
        try {
          set->image(i);
          (void)set->sampleName(i);
        } catch (const Error& error) {
          CHECK(error.kind() == ErrorKind::Input);
          CHECK(error.subject().starts_with(file.string()));
          refused = true;
        }
      }
    }
    return refused ? End::ImageRefused : End::Read;
  } catch (const Error& error) {
    CAPTURE(std::string(error.what()));
    CHECK(error.kind() == ErrorKind::Input);
    CHECK(error.subject() == file.string());
    CHECK_FALSE(error.rule().empty());
    return End::Refused;
  }
}

struct Field {
  const char* name;
  std::size_t at, bytes;
};
const Field kPlaces[] = {{"file bytes", 16, 8},
                         {"images at", 24, 8},
                         {"images' bytes", 32, 8},
                         {"names at", 40, 8},
                         {"names' bytes", 48, 8},
                         {"labels at", 56, 8},
                         {"entries at", 64, 8},
                         {"description at", 72, 8},
                         {"description's bytes", 80, 8},
                         {"train", 88, 8},
                         {"eval", 96, 8},
                         {"classes", 104, 4},
                         {"labels' CRC", 116, 4},
                         {"description's CRC", 120, 4}};

}  // namespace

TEST_CASE("every damaged byte of the header and every cut is refused") {
  TempFolder folder;
  test::writeSmall(folder / "sound.gfpack", test::smallPlan(3, 4));
  const std::string sound = test::read(folder / "sound.gfpack");
  REQUIRE(endOf(folder / "sound.gfpack") == End::Read);
  const auto broken = folder / "broken.gfpack";
  for (std::size_t at = 0; at < 200; ++at) {
    CAPTURE(at);
    std::string bytes = sound;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x41);
    test::write(broken, bytes);
    CHECK(endOf(broken) == End::Refused);
  }
  for (std::size_t length = 0; length < sound.size(); length += 1 + length / 13) {
    CAPTURE(length);
    test::write(broken, sound.substr(0, length));
    CHECK(endOf(broken) == End::Refused);
  }
  test::write(broken, sound + "x");
  CHECK(endOf(broken) == End::Refused);
}

TEST_CASE("forged numbers with a checksum that fits are refused") {
  TempFolder folder;
  test::writeSmall(folder / "sound.gfpack", test::smallPlan(3, 4));
  const std::string sound = test::read(folder / "sound.gfpack");
  const auto broken = folder / "broken.gfpack";
  for (const auto& field : kPlaces) {
    const std::uint64_t was =
        field.bytes == 8 ? test::peek<std::uint64_t>(sound, field.at) : test::peek<std::uint32_t>(sound, field.at);
    for (const std::uint64_t value :
         {std::uint64_t{0}, was - 1, was + 1, was + 64, was - 64, 2 * was + 1, std::uint64_t{1} << 31,
          std::uint64_t{1} << 32, std::uint64_t{1} << 63, (std::uint64_t{1} << 63) - 64, ~std::uint64_t{0},
          ~std::uint64_t{63}, std::uint64_t{sound.size()}}) {
      if (field.bytes == 8 ? value == was : static_cast<std::uint32_t>(value) == was) continue;
      CAPTURE(field.name);
      CAPTURE(value);
      std::string bytes = sound;
      if (field.bytes == 8) {
        test::poke(bytes, field.at, value);
      } else {
        test::poke(bytes, field.at, static_cast<std::uint32_t>(value));
      }
      test::reseal(bytes);
      test::write(broken, bytes);
      // A section that is longer by some of the zeros behind it reads as before.
      const bool nothing =
          (field.at == 32 || field.at == 48) && value > was && value < sound.size() && aligned(value) == aligned(was);
      CHECK((endOf(broken) == End::Read) == nothing);
    }
  }
}

TEST_CASE("versions, foreign files and things that are no files") {
  TempFolder folder;
  test::writeSmall(folder / "sound.gfpack", test::smallPlan(3, 4));
  std::string bytes = test::read(folder / "sound.gfpack");
  test::poke(bytes, 8, std::uint32_t{2});
  test::reseal(bytes);
  test::write(folder / "newer.gfpack", bytes);
  try {
    openPacked(folder / "newer.gfpack");
    FAIL_CHECK("must be refused");
  } catch (const Error& error) {
    CHECK(error.observed() == "version 2");
    CHECK(error.remedy().find("newer") != std::string::npos);
  }
  test::write(folder / "letter.gfpack", "Dear reader");
  fs::create_directories(folder / "folder.gfpack");
  for (const char* name : {"letter.gfpack", "folder.gfpack", "absent.gfpack"}) {
    CHECK_FALSE(isPackedFile(folder / name));
    CHECK(endOf(folder / name) == End::Refused);
  }
}

TEST_CASE("damage behind the header is found where it is used") {
  TempFolder folder;
  for (const int quality : {0, 90}) {
    test::writeSmall(folder / ("sound" + std::to_string(quality)), test::smallPlan(3, 4, 0, quality));
    const std::string sound = test::read(folder / ("sound" + std::to_string(quality)));
    const auto header = readPackedFacts(folder / ("sound" + std::to_string(quality))).header;
    const auto broken = folder / "broken.gfpack";
    Random random(static_cast<std::uint64_t>(quality));
    const auto padding = [&](std::size_t at) {
      return (at >= header.imagesEnd() && at < header.namesAt) ||
             (at >= header.namesAt + header.namesBytes && at < header.labelsAt) ||
             (at >= header.labelsAt + 28 && at < header.entriesAt) ||
             (at >= header.entriesAt + 7 * kPackedEntryBytes && at < header.descriptionAt);
    };
    for (int i = 0; i < 300; ++i) {
      const std::size_t at = 4096 + random.below(sound.size() - 4096);
      CAPTURE(at);
      std::string bytes = sound;
      bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1 + random.below(255)));
      test::write(broken, bytes);
      CHECK((endOf(broken) == End::Read) == padding(at));
    }
  }
}

TEST_CASE("forged entries are refused or stay inside the file") {
  TempFolder folder;
  test::writeSmall(folder / "sound.gfpack", test::smallPlan(3, 4));
  const std::string sound = test::read(folder / "sound.gfpack");
  const auto header = readPackedFacts(folder / "sound.gfpack").header;
  const auto broken = folder / "broken.gfpack";
  const Field fields[] = {{"image at", 0, 8}, {"name at", 8, 8}, {"image bytes", 16, 4}, {"name bytes", 20, 4},
                          {"width", 24, 4},   {"height", 28, 4}, {"channels", 56, 1},    {"encoding", 57, 1}};
  for (const auto& field : fields) {
    for (const std::uint64_t value :
         {std::uint64_t{0}, std::uint64_t{2}, std::uint64_t{200}, std::uint64_t{4097}, std::uint64_t{65536},
          std::uint64_t{1} << 31, std::uint64_t{1} << 63, ~std::uint64_t{0}, header.fileBytes, header.fileBytes - 1}) {
      CAPTURE(field.name);
      CAPTURE(value);
      std::string bytes = sound;
      const std::size_t at = header.entriesAt + kPackedEntryBytes;  // The second image.
      std::string entry = bytes.substr(at, kPackedEntryBytes);
      const std::string was = entry;
      std::memcpy(entry.data() + field.at, &value, field.bytes);
      if (entry == was) continue;
      const std::uint64_t number = 1;
      const std::string sealed =
          entry.substr(0, 60) + std::string(reinterpret_cast<const char*>(&number), sizeof number);
      test::poke(entry, 60, crc32Of(sealed));
      bytes.replace(at, kPackedEntryBytes, entry);
      test::write(broken, bytes);
      CHECK(endOf(broken) == End::ImageRefused);
    }
  }
  MESSAGE(cases << " broken files so far");
  CHECK(cases > 500);
}
