// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "models/archive.h"
#include "models/fixtures.h"

using namespace gf_test;

namespace {
std::string seen(const fs::path& path) {
  const gf::Error error = failureOf([&] { gf::requireTorchScript(path); });
  CHECK(error.kind() == gf::ErrorKind::Input);
  CHECK(error.subject() == path.string());
  CHECK_FALSE(error.rule().empty());
  return error.observed();
}
}  // namespace

TEST_CASE("a TorchScript archive is listed and intact") {
  for (const char* name : {"scripted.pt", "traced.pt", "plain.pt", "frozen.pt"}) {
    CAPTURE(name);
    const gf::ArchiveListing listing = gf::requireTorchScript(fixture(name));
    CHECK(listing.entries.size() > 5);
    gf::requireIntact(fixture(name), listing);
  }
}

TEST_CASE("what LibTorch writes is intact too") {
  const Scratch scratch;
  open("scripted.pt").save(scratch / "saved.pt");
  gf::requireIntact(scratch / "saved.pt", gf::requireTorchScript(scratch / "saved.pt"));
}

TEST_CASE("other kinds of file are called by their name; weights are to be imported, all else to be scripted") {
  const Scratch scratch;
  CHECK(seen(fixture("state_dict.pt")) == "weights saved by torch.save, without the model's code");
  CHECK(seen(fixture("legacy.pt")) == "a pickle of torch.save's old format");
  for (const char* name : {"state_dict.pt", "legacy.pt"}) {
    const gf::Error weights = failureOf([&] { gf::requireTorchScript(fixture(name)); });
    CHECK(weights.remedy() ==
          "Import them: gainfinder import timm ARCHITECTURE --checkpoint " + fixture(name).string());
  }
  write(scratch / "picture.pt", "\x89PNG\r\n");
  const gf::Error error = failureOf([&] { gf::requireTorchScript(scratch / "picture.pt"); });
  CHECK(error.remedy().find("torch.jit.script") != std::string::npos);
  CHECK(error.remedy().find("torch.jit.save") != std::string::npos);
  using namespace std::string_literals;
  for (const auto& [bytes, name] :
       {std::pair{"\x89PNG\r\n\x1a\n\0\0\0\r"s, "a PNG image"}, std::pair{"\xff\xd8\xff\xe0\0\0"s, "a JPEG image"},
        std::pair{"\x1f\x8b\x08\0\0"s, "a gzip file"}, std::pair{"\x93NUMPY\x01\0"s, "a NumPy array"},
        std::pair{"\x80\x04\x95\0"s, "a Python pickle"}, std::pair{"hello\nworld\n"s, "a text file"},
        std::pair{"\x40\0\0\0\0\0\0\0{\"a\":1}"s, "a safetensors file"},
        std::pair{"\x01\x02\x03"s, "bytes of no kind known here"}}) {
    write(scratch / "file.pt", bytes);
    CHECK(seen(scratch / "file.pt") == name);
  }
  write(scratch / "empty.pt", "");
  CHECK(seen(scratch / "empty.pt") == "0 bytes");
  CHECK(seen(scratch / "nothing.pt") == "nothing there");
  CHECK(seen(scratch.folder()) == "a folder");
}

TEST_CASE("any changed byte of a stored entry is found") {
  const Scratch scratch;
  const std::string whole = bytesOf(fixture("plain.pt"));
  const gf::ArchiveListing listing = gf::requireTorchScript(fixture("plain.pt"));
  int flipped = 0;
  for (const gf::ArchiveEntry& entry : listing.entries) {
    if (entry.bytes == 0) continue;
    // The local header is 30 bytes and the names; the data ends storedBytes later.
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(whole[entry.offset + i]); };
    const std::size_t data = entry.offset + 30 + at(26) + (at(27) << 8) + at(28) + (at(29) << 8);
    // The last bits of a deflated entry are padding that means nothing; those of a stored one are data.
    const std::size_t last = entry.deflated ? data + 1 : data + entry.storedBytes - 1;
    for (const std::size_t where : {data, data + entry.storedBytes / 2, last}) {
      std::string bytes = whole;
      bytes[where] = static_cast<char>(bytes[where] ^ 0x10);
      write(scratch / "flipped.pt", bytes);
      const gf::Error error = failureOf([&] { gf::requireIntact(scratch / "flipped.pt", listing); });
      CHECK(error.rule() == "every archive entry must match its checksum");
      CHECK(error.observed() == entry.name);
      ++flipped;
    }
  }
  CHECK(flipped >= 20);
}

TEST_CASE("a stop is obeyed while a file is read") {
  std::stop_source source;
  source.request_stop();
  const gf::Control control(source.get_token(), nullptr, {});
  CHECK_THROWS_AS(gf::requireIntact(fixture("plain.pt"), gf::requireTorchScript(fixture("plain.pt")), control),
                  gf::Stopped);
}
