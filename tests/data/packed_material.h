// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "data/packed.h"
#include "data/packed_image.h"
#include "data/packed_writer.h"
#include "helpers.h"

/// Small packed files of known content.
namespace test {

inline gf::Pixels patterned(int width, int height, int channels, int seed) {
  gf::Pixels pixels{width, height, channels, {}};
  for (int i = 0; i < width * height * channels; ++i) {
    pixels.bytes.push_back(static_cast<std::uint8_t>(seed * 31 + i * 7));
  }
  return pixels;
}

/// `train` + `eval` images of three classes; every third is grey.
inline gf::PackedPlan smallPlan(std::size_t train, std::size_t eval, int side = 0, int quality = 0) {
  gf::PackedPlan plan;
  plan.side = static_cast<std::uint32_t>(side);
  plan.quality = static_cast<std::uint32_t>(quality);
  auto& d = plan.description;
  d.madeBy = "a test";
  d.kind = "image folder";
  d.evalName = "val";
  d.sourceTrain = train > 0 ? "one" : "";
  d.sourceEval = "two";
  d.classes = {"cat", "dog", "naïve café"};
  d.wnids = {"n02121808", "n02084071", "n99999999"};
  d.resize = gf::packedResizeText(side);
  d.encoding = gf::packedEncodingText(quality);
  d.treatment = "none";
  for (std::size_t i = 0; i < train; ++i) plan.train.push_back(static_cast<std::int32_t>(i % 3));
  for (std::size_t i = 0; i < eval; ++i) plan.eval.push_back(static_cast<std::int32_t>((i + 1) % 3));
  return plan;
}

inline gf::Pixels smallImage(std::size_t sample) {
  return patterned(5 + static_cast<int>(sample % 4), 4, sample % 3 == 2 ? 1 : 3, static_cast<int>(sample));
}

inline std::string smallName(std::size_t sample) {
  return "folder/image " + std::to_string(sample) + ".png";
}

inline void addSmall(gf::PackedWriter& writer, const gf::PackedPlan& plan) {
  gf::PackedMaker maker(static_cast<int>(plan.side), static_cast<int>(plan.quality));
  const std::size_t total = plan.train.size() + plan.eval.size();
  for (std::size_t i = writer.done(); i < total; ++i) {
    const auto made = maker.make(smallImage(i));
    writer.add(made.entry, made.bytes, smallName(i));
  }
}

inline void writeSmall(const fs::path& file, const gf::PackedPlan& plan) {
  gf::PackedWriter writer(file, plan, false);
  addSmall(writer, plan);
  writer.finish();
}

template <class T>
void poke(std::string& bytes, std::size_t at, T value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}
template <class T>
T peek(const std::string& bytes, std::size_t at) {
  T value{};
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}
/// Makes the header's checksum fit again, as somebody would who forges a file.
inline void reseal(std::string& bytes) {
  poke(bytes, 4092, gf::crc32Of({bytes.data(), 4092}));
}

}  // namespace test
