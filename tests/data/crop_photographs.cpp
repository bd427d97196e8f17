// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "data/preparer.h"

/// Writes what models would see of images: crop_photographs TASK.json OUT. The task names a folder of images by class
/// and a list of crops, each a sample's name with a model's preprocessing; OUT gets their 8-bit pixels one after
/// another. For test_photographs.py, which compares them with Pillow's and timm's.
namespace {

using namespace gf;

class Box final : public BoxWanted {
 public:
  explicit Box(const Preparer& preparer) : preparer_(preparer) {}
  PixelBox boxOf(int width, int height) const override { return preparer_.boxOf(width, height, {}); }

 private:
  const Preparer& preparer_;
};

Preprocess preprocessOf(const nlohmann::json& one) {
  Preprocess p;
  p.inputSize = one["input_size"].get<std::array<int, 3>>();
  p.mean = one["mean"].get<std::vector<float>>();
  p.std = one["std"].get<std::vector<float>>();
  p.interpolation = one["interpolation"] == "bilinear" ? Interpolation::Bilinear : Interpolation::Bicubic;
  p.cropPct = one["crop_pct"].get<double>();
  p.cropMode = one["crop_mode"] == "squash"   ? CropMode::Squash
               : one["crop_mode"] == "border" ? CropMode::Border
                                              : CropMode::Center;
  return p;
}

void cropAll(const nlohmann::json& task, std::ostream& out) {
  const auto data = openData(task["data"].get<std::string>()).eval;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < data->size(); ++i) places[data->sampleName(i)] = i;
  Pixels pixels;
  PrepareScratch scratch;
  for (const auto& one : task["crops"]) {
    const Preparer preparer(preprocessOf(one));
    const Box box(preparer);
    data->read(places.at(one["sample"].get<std::string>()), &box, pixels);
    std::vector<std::uint8_t> crop(preparer.floats());
    preparer.crop(pixels, {}, scratch, crop.data());
    out.write(reinterpret_cast<const char*>(crop.data()), static_cast<std::streamsize>(crop.size()));
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  try {
    std::ifstream in(arguments[1]);
    std::ofstream out(arguments[2], std::ios::binary);
    cropAll(nlohmann::json::parse(in), out);
    return out.flush() ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
