// SPDX-License-Identifier: Apache-2.0
#pragma once

// The texts of make_golden.py, made again, and what the tests of text encoders share.
#include <stdlib.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "semantics/tokenizer.h"
#include "semantics/unicode.h"

namespace gf_test {
namespace fs = std::filesystem;

inline fs::path dataFile(const std::string& name) {
  return fs::path(GF_TEST_DATA) / name;
}
inline std::string bytesOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}
inline void write(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}
inline nlohmann::json jsonOf(const fs::path& path) {
  return nlohmann::json::parse(bytesOf(path));
}

/// Knuth's linear congruential generator; its upper 31 bits.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t bound) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % bound;
  }

 private:
  std::uint64_t state_;
};

class Texts {
 public:
  Texts() {
    const nlohmann::json all = jsonOf(dataFile("texts.json"));
    snippets_ = all.at("snippets").get<std::vector<std::string>>();
    ranges_ = all.at("ranges").get<std::vector<std::vector<std::uint32_t>>>();
  }
  std::string text(std::uint64_t number) const {
    Dice dice(number);
    std::string result;
    const auto parts = 1 + dice.below(6);
    for (std::uint64_t i = 0; i < parts; ++i) {
      if (dice.below(4) == 0) {
        result += snippets_[dice.below(snippets_.size())];
      } else {
        const auto range = dice.below(ranges_.size());
        letters(result, dice, range, 1 + dice.below(7));
      }
      if (dice.below(3) > 0) result += ' ';
    }
    return result;
  }
  std::string name(std::uint64_t number) const {
    Dice dice(1000000 + number);
    std::string result;
    const auto words = 1 + dice.below(3);
    for (std::uint64_t i = 0; i < words; ++i) {
      // Python asks the condition before the value that it chooses.
      const bool plain = dice.below(5) != 0;
      const auto range = plain ? dice.below(2) : 4 + dice.below(20);
      if (i > 0) result += ' ';
      letters(result, dice, range, 2 + dice.below(8));
    }
    return result;
  }
  std::vector<std::string> names(std::size_t count) const {
    std::vector<std::string> result;
    for (std::size_t i = 0; i < count; ++i) result.push_back(name(i));
    return result;
  }

 private:
  void letters(std::string& out, Dice& dice, std::size_t range, std::uint64_t count) const {
    const auto first = ranges_[range][0], last = ranges_[range][1];
    for (std::uint64_t k = 0; k < count; ++k) {
      gf::unicode::append(out, first + static_cast<char32_t>(dice.below(last - first + 1)));
    }
  }
  std::vector<std::string> snippets_;
  std::vector<std::vector<std::uint32_t>> ranges_;
};

/// The upper half of FNV-1a over whole ids.
inline std::uint32_t hashOf(const gf::TokenIds& ids) {
  std::uint64_t value = 0xCBF29CE484222325u;
  for (const auto id : ids) value = (value ^ static_cast<std::uint64_t>(id)) * 0x100000001B3u;
  return static_cast<std::uint32_t>(value >> 32);
}

template <class Number>
std::vector<Number> numbersIn(const std::string& name) {
  const std::string bytes = bytesOf(dataFile(name));
  std::vector<Number> numbers(bytes.size() / sizeof(Number));
  std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(Number));
  return numbers;
}

/// A folder of its own that is gone afterwards.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "gainfinder-test-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  fs::path operator/(const std::string& name) const { return folder_ / name; }
  const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

/// Copies of the model folders of data/; the text-only and the open_clip one get the tokenizer of data/clip.
inline fs::path copyOf(const Scratch& scratch, const std::string& name) {
  const fs::path folder = scratch / name;
  fs::create_directories(folder);
  fs::copy(dataFile(name), folder, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  if (name == "clip_text" || name == "open_clip") {
    for (const char* file : {"vocab.json", "merges.txt"}) {
      fs::copy_file(dataFile("clip") / file, folder / file, fs::copy_options::overwrite_existing);
    }
  }
  return folder;
}

/// The failure that `action` throws; a logic error when there is none.
template <class Action>
gf::Error failureOf(Action action) {
  try {
    action();
  } catch (const gf::Error& error) {
    return error;
  }
  throw std::logic_error("no gf::Error was thrown");
}

}  // namespace gf_test
