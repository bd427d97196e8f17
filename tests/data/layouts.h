// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <doctest/doctest.h>

#include <map>

#include "base/error.h"
#include "data/dataset.h"
#include "helpers.h"

/// Data folders in published layouts, made small.
namespace test {

/// Opens what cannot be opened and returns the error.
inline gf::Error refusal(const fs::path& path) {
  try {
    gf::openData(path);
  } catch (const gf::Error& error) {
    return error;
  }
  FAIL_CHECK(path.string() << " must not open");
  return gf::Error(gf::ErrorKind::Run, "", "", "");
}

inline std::vector<std::string> sampleNames(const gf::DataSet& data) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < data.size(); ++i) names.push_back(data.sampleName(i));
  return names;
}

inline std::vector<std::int32_t> labelsOf(const gf::DataSet& data) {
  return {data.labels().begin(), data.labels().end()};
}

/// Records of CIFAR; `labels` are what precedes the 3,072 bytes of each.
inline std::string cifarRecords(const std::vector<std::string>& labels) {
  std::string bytes;
  for (std::size_t i = 0; i < labels.size(); ++i)
    bytes += labels[i] + std::string(3072, static_cast<char>(i * 40 + 15));
  return bytes;
}

inline const char* const kCifarNames =
    "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";  // A blank line ends the real file.

inline void writeCifar10(const fs::path& folder) {
  for (int batch = 1; batch <= 5; ++batch) {
    const char label = static_cast<char>(batch);
    write(folder / ("data_batch_" + std::to_string(batch) + ".bin"),
          cifarRecords({std::string(1, label), std::string(1, '\0')}));
  }
  write(folder / "test_batch.bin", golden("cifar10.bin"));
  write(folder / "batches.meta.txt", kCifarNames);
}

inline std::string numberedNames(const std::string& word, int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) lines += word + "_" + std::to_string(i) + "\n";
  return lines;
}

inline void writeCifar100(const fs::path& folder) {
  write(folder / "train.bin", cifarRecords({std::string("\0\1", 2), "\2\3", "\4\5"}));
  write(folder / "test.bin", golden("cifar100.bin"));
  write(folder / "fine_label_names.txt", numberedNames("fine", 100));
  write(folder / "coarse_label_names.txt", numberedNames("coarse", 20));
}

/// Five images of three classes, three of them for training.
inline void writeCub(const fs::path& folder) {
  const std::vector<std::string> images = {"001.Black_footed_Albatross/Black_Footed_Albatross_0046_18.jpg",
                                           "001.Black_footed_Albatross/Black_Footed_Albatross_0009_34.jpg",
                                           "002.Laysan_Albatross/Laysan_Albatross_0001_545.jpg",
                                           "002.Laysan_Albatross/Laysan_Albatross_0002_1027.jpg",
                                           "022.Chuck_will_Widow/Chuck_Will_Widow_0004_2.jpg"};
  std::string lines;
  for (std::size_t i = 0; i < images.size(); ++i) {
    write(folder / "images" / images[i], golden(i % 2 ? "grey.jpg" : "rgb.jpg"));
    lines += std::to_string(i + 1) + " " + images[i] + "\n";
  }
  write(folder / "images.txt", lines);
  write(folder / "classes.txt", "1 001.Black_footed_Albatross\n2 002.Laysan_Albatross\n22 022.Chuck_will_Widow\n");
  write(folder / "image_class_labels.txt", "1 1\n2 1\n3 2\n4 2\n5 22\n");
  write(folder / "train_test_split.txt", "1 0\n2 1\n3 0\n4 1\n5 1\n");
}

/// Four classes of 2, 5, 60 and 75 images, clutter, and the archive's kind of strays.
inline void writeCaltech(const fs::path& folder) {
  const auto add = [&](const std::string& name, int count) {
    for (int i = 1; i <= count; ++i) {
      const std::string number = std::to_string(i);
      write(folder / name / (name.substr(0, 3) + "_" + std::string(4 - number.size(), '0') + number + ".jpg"), name);
    }
  };
  add("001.ak47", 2);
  add("002.american-flag", 5);
  add("145.motorbikes-101", 60);
  add("198.spider", 75);
  add("257.clutter", 9);
  write(folder / "198.spider/RENAME2", "#!/bin/sh");
  write(folder / "002.american-flag/more/002_0001.jpg", "image");
}

/// The domain infograph with three of the 345 classes.
inline void writeDomainNet(const fs::path& root) {
  const std::vector<std::string> images = {
      "infograph/aircraft_carrier/infograph_001_000001.jpg", "infograph/aircraft_carrier/infograph_001_000002.jpg",
      "infograph/airplane/infograph_002_000003.jpg", "infograph/The_Eiffel_Tower/infograph_302_000004.jpg"};
  for (const auto& image : images) write(root / image, golden("rgb.jpg"));
  write(root / "infograph_train.txt", images[0] + " 0\n" + images[3] + " 301\n");
  write(root / "infograph_test.txt", images[1] + " 0\n" + images[2] + " 1\n");
}

}  // namespace test
