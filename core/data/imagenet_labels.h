// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gf {

/// What a file says about images that lie flat in one folder: of each its ImageNet id.
struct FlatLabels {
  std::filesystem::path file;
  std::map<std::string, std::string> ofName;  ///< By file name without its ending.
  std::vector<std::string> ofNumber;          ///< Else by the number in "ILSVRC2012_val_00000001", from 1.

  /// The id of an image, by its file name without the ending; empty when the file does not say it.
  std::string of(const std::string& name) const;
  std::size_t size() const { return ofName.size() + ofNumber.size(); }
};

/// Reads the first of these that is in one of `places`:
///   LOC_val_solution.csv                            Kaggle: "ILSVRC2012_val_00000001,n01751748 1 2 3 4 …"
///   ILSVRC2012_validation_ground_truth.txt          the development kit: a line's number is a class of meta.mat beside
///   it imagenet_2012_validation_synset_labels.txt      TensorFlow: a line's id is that of the image with its number
///   val.txt                                         Caffe: "ILSVRC2012_val_00000001.JPEG 65", a position in
///   synsets.txt
///                                                   beside it, else among the standard 1,000 ids
///   val_annotations.txt                             Tiny ImageNet: "val_0.JPEG", a tab, the id, …
/// Nothing when there is none of them. Throws Error(Input) with file, rule and line.
std::optional<FlatLabels> findFlatLabels(const std::vector<std::filesystem::path>& places);

/// The names of those files, for people.
std::string flatLabelFiles();

/// "ILSVRC2012_val_00000293_n01440764": an id at the end of a name, as in Hugging Face's archives; else empty.
std::string wnidAtEnd(const std::string& name);

}  // namespace gf
