// SPDX-License-Identifier: Apache-2.0
// Damaged model folders by the hundred: each opens and works, or is refused by a gf::Error that names file and rule.
#include <doctest/doctest.h>

#include "semantics/bert_text.h"
#include "semantics/clip_text.h"
#include "semantics/safetensors.h"
#include "texts.h"

namespace {
using namespace gf_test;

/// Bytes changed, cut, doubled or put in, by the dice.
std::string damaged(std::string bytes, Dice& dice) {
  static const std::vector<std::string> kBits{
      "\"",    "{",    "[",    "}",       "]", ",",       ":",   "-", "9999999999999999999",
      "1e400", "null", "\xff", "\"F32\"", "0", "\\u0000", "true"};
  const auto times = 1 + dice.below(4);
  for (std::uint64_t i = 0; i < times && !bytes.empty(); ++i) {
    const auto at = dice.below(bytes.size());
    switch (dice.below(4)) {
      case 0:
        bytes[at] = static_cast<char>(dice.below(256));
        break;
      case 1:
        bytes.erase(at, 1 + dice.below(16));
        break;
      case 2:
        bytes.insert(at, kBits[dice.below(kBits.size())]);
        break;
      default:
        bytes.insert(at, bytes.substr(dice.below(bytes.size()), dice.below(64)));
    }
  }
  return bytes;
}

/// The header of a safetensors file is small beside its data: damage is aimed at it.
std::string damagedTensors(const std::string& bytes, Dice& dice) {
  std::uint64_t length = 0;
  for (std::size_t i = 8; i-- > 0;) length = length << 8 | static_cast<unsigned char>(bytes[i]);
  if (dice.below(5) == 0) return damaged(bytes, dice);
  const std::string header = damaged(bytes.substr(8, length), dice);
  std::string start;
  for (int i = 0; i < 8; ++i) start += static_cast<char>(header.size() >> (8 * i) & 0xFF);
  return start + header + bytes.substr(8 + length);
}

struct Outcome {
  int refused = 0, opened = 0;
};

void attempt(const fs::path& file, const std::string& bytes, const std::function<void()>& open, Outcome& outcome) {
  write(file, bytes);
  try {
    open();
    ++outcome.opened;
  } catch (const gf::Error& error) {
    ++outcome.refused;
    CHECK(!error.subject().empty());
    CHECK(!error.rule().empty());
  }
}

TEST_CASE("damaged safetensors files") {
  const Scratch scratch;
  const std::string whole = bytesOf(dataFile("bert/model.safetensors"));
  Outcome outcome;
  for (std::uint64_t i = 0; i < 1500; ++i) {
    Dice dice(i);
    attempt(
        scratch / "x.safetensors", damagedTensors(whole, dice),
        [&] {
          const gf::SafeTensors file(scratch / "x.safetensors");
          for (const auto& entry : file.entries()) {
            CHECK(file.floats(entry.name).sizes() == at::IntArrayRef(entry.shape));
          }
        },
        outcome);
  }
  CHECK(outcome.refused > 800);
  CHECK(outcome.refused + outcome.opened == 1500);
}

void damageFolder(const std::string& name, const std::vector<std::string>& files,
                  const std::function<std::unique_ptr<gf::TextEncoder>(const fs::path&)>& open) {
  const Scratch scratch;
  const fs::path folder = copyOf(scratch, name);
  for (const auto& file : files) {
    const std::string whole = bytesOf(folder / file);
    Outcome outcome;
    for (std::uint64_t i = 0; i < 150; ++i) {
      Dice dice(i + 7777 * file.size());
      const bool tensors = file.ends_with(".safetensors");
      attempt(
          folder / file, tensors ? damagedTensors(whole, dice) : damaged(whole, dice),
          [&] {
            open(folder)->encode({"great white shark", "日本 İ 🦊"}, {});
          },
          outcome);
    }
    CHECK(outcome.refused + outcome.opened == 150);
    CHECK(outcome.refused > 0);
    write(folder / file, whole);
  }
}

TEST_CASE("damaged CLIP folders") {
  damageFolder("clip", {"config.json", "vocab.json", "merges.txt", "model.safetensors"}, gf::openClipText);
  damageFolder("clip_text", {"model.safetensors.index.json", "tokenizer_config.json", "config.json"}, gf::openClipText);
  damageFolder("open_clip", {"open_clip_config.json", "open_clip_model.safetensors"}, gf::openClipText);
}

TEST_CASE("damaged BERT folders") {
  damageFolder("bert", {"config.json", "model.safetensors"}, gf::openBertText);
}

TEST_CASE("a damaged WordPiece vocabulary") {
  const Scratch scratch;
  const fs::path folder = copyOf(scratch, "bert");
  const std::string whole = bytesOf(folder / "vocab.txt");
  Outcome outcome;
  for (std::uint64_t i = 0; i < 150; ++i) {
    Dice dice(i);
    const std::string bytes = damaged(i % 5 ? whole : whole.substr(0, dice.below(60)), dice);
    attempt(
        folder / "vocab.txt", bytes, [&] { gf::openBertText(folder)->encode({"great white shark"}, {}); }, outcome);
  }
  CHECK(outcome.refused + outcome.opened == 150);
  CHECK(outcome.refused > 0);
}

}  // namespace
