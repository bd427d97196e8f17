// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <set>

#include "data/wnid_names.h"
#include "layouts.h"

using namespace gf;
using test::labelsOf;
using test::refusal;
using test::sampleNames;
using test::TempFolder;
using Names = std::vector<std::string>;

namespace {

namespace fs = std::filesystem;

/// tench, crane (the bird), crane (the machine); in the development kit these are 4, 2 and 3.
const Names kWnids = {"n01440764", "n02012849", "n03126707"};
const Names kNames = {"tench", "crane (wading bird)", "crane (lifting device)"};

std::string numbered(int number) {
  const std::string digits = std::to_string(number);
  return "ILSVRC2012_val_" + std::string(8 - digits.size(), '0') + digits;
}

void writeTrain(const fs::path& folder, const Names& wnids = kWnids) {
  for (const auto& wnid : wnids) test::write(folder / wnid / (wnid + "_1.JPEG"), test::golden("rgb.jpg"));
}

/// Four flat images; their classes are tench, crane, crane, tench: 0, 2, 1, 0.
void writeFlat(const fs::path& folder) {
  for (int i = 1; i <= 4; ++i) test::write(folder / (numbered(i) + ".JPEG"), test::golden("grey.jpg"));
}
const std::vector<std::int32_t> kFlat = {0, 2, 1, 0};

void writeKit(const fs::path& folder) {
  test::write(folder / "ILSVRC2012_validation_ground_truth.txt", "4\n3\n2\n4\n");
  test::write(folder / "meta.mat", test::golden("mat/meta.mat"));
}

std::string kaggle() {
  return "ImageId,PredictionString\n" + numbered(4) + ",n01440764 1 2 3 4 \n" + numbered(1) +
         ",n01440764 1 2 3 4 n01440764 5 6 7 8 \n" + numbered(2) + ",n03126707 1 2 3 4 \n" + numbered(3) +
         ",n02012849 1 2 3 4 \n";
}

void check(const DataSource& source, const std::string& evalName, const std::vector<std::int32_t>& labels) {
  CHECK(source.kind == "ImageNet classes");
  CHECK(source.evalName == evalName);
  CHECK(source.eval->classNames() == kNames);
  CHECK(source.eval->wnids() == kWnids);
  CHECK(labelsOf(*source.eval) == labels);
  CHECK(source.eval->image(0).width > 0);
}

}  // namespace

TEST_CASE("ids are n and eight digits, and the standard ones are a thousand") {
  CHECK(isWnid("n01440764"));
  for (const char* text : {"", "n0144076", "n014407641", "01440764", "N01440764", "n0144076x"})
    CHECK_FALSE(isWnid(text));
  const Names& all = imageNet1kWnids();
  CHECK(all.size() == 1000);
  CHECK(std::is_sorted(all.begin(), all.end()));
  CHECK(all.front() == "n01440764");
  CHECK(all[134] == "n02012849");
  CHECK(all.back() == "n15075141");
}

TEST_CASE("names are WordNet's, and no two read alike") {
  const auto named = wnidNames(
      {"n01440764", "n02012849", "n03126707", "n03710637", "n03710721", "n02113186", "n02963159", "n00000001"});
  CHECK(named.names == Names{"tench", "crane (wading bird)", "crane (lifting device)", "maillot", "maillot, tank suit",
                             "Cardigan, Cardigan Welsh corgi", "cardigan", "n00000001"});
  CHECK(named.note.find("1 of 8 classes") != std::string::npos);
  const auto all = wnidNames(imageNet1kWnids());
  CHECK(all.note.empty());
  std::set<std::string> different;
  for (std::string name : all.names) {
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    different.insert(name);
  }
  CHECK(different.size() == 1000);
  CHECK(wnidWords({"n01440764", "n00000001"}) == std::vector<Names>{{"tench", "Tinca tinca"}, {}});
}

TEST_CASE("class folders in train/ and val/") {
  TempFolder folder;
  writeTrain(folder / "train");
  writeTrain(folder / "val", {kWnids[2], kWnids[0]});
  const auto source = openData(folder.path());
  check(source, "val", {0, 2});
  CHECK(sampleNames(*source.train) == Names{"train/n01440764/n01440764_1.JPEG", "train/n02012849/n02012849_1.JPEG",
                                            "train/n03126707/n03126707_1.JPEG"});
  CHECK(labelsOf(*source.train) == std::vector<std::int32_t>{0, 1, 2});
}

TEST_CASE("folders alone, val/ alone, and a class that train/ lacks") {
  TempFolder folder;
  writeTrain(folder.path());
  check(openData(folder.path()), "images", {0, 1, 2});
  TempFolder only;
  writeTrain(only / "val");
  check(openData(only.path()), "val", {0, 1, 2});
  check(openData(only / "val"), "val", {0, 1, 2});
  writeTrain(only / "val", {"n01443537"});
  writeTrain(only / "train");
  check(openData(only.path()), "val", {0, 1, 2});  // the goldfish is left out
  fs::remove_all(only / "val");
  CHECK(refusal(only.path()).observed() == "only train/");
}

TEST_CASE("a flat val/ with each file that says its classes") {
  const auto with = [](const std::string& file, const std::string& bytes) {
    TempFolder folder;
    writeTrain(folder / "train");
    writeFlat(folder / "val");
    test::write(folder / file, bytes);
    CAPTURE(file);
    check(openData(folder.path()), "val", kFlat);
    const std::string identity = openData(folder.path()).eval->identity();
    test::write(folder / "val/extra.txt", "x");
    CHECK(openData(folder.path()).eval->identity() == identity);
  };
  with("LOC_val_solution.csv", kaggle());
  const std::string ids = "n01440764\nn03126707\nn02012849\nn01440764\n";
  with("imagenet_2012_validation_synset_labels.txt", ids);
  with("val/imagenet_2012_validation_synset_labels.txt", ids);
  const auto lines = [](int tench, int machine, int bird) {
    const int positions[] = {tench, machine, bird, tench};
    std::string text;
    for (int i = 0; i < 4; ++i) text += numbered(i + 1) + ".JPEG " + std::to_string(positions[i]) + "\n";
    return text;
  };
  with("val.txt", lines(0, 517, 134));
  TempFolder folder;
  writeTrain(folder / "train");
  writeFlat(folder / "val");
  test::write(folder / "val/val.txt", lines(0, 2, 1));
  test::write(folder / "val/synsets.txt", "n01440764\nn02012849\nn03126707\n");
  check(openData(folder.path()), "val", kFlat);
}

TEST_CASE("the development kit, where it is unpacked") {
  for (const char* place : {"ILSVRC2012_devkit_t12/data", "ILSVRC2012_devkit_t12", "val", "."}) {
    CAPTURE(place);
    TempFolder folder;
    writeTrain(folder / "train");
    writeFlat(folder / "val");
    writeKit(folder / place);
    check(openData(folder.path()), "val", kFlat);
    fs::remove(folder / place / "meta.mat");
    CHECK(fs::path(refusal(folder.path()).subject()).filename() == "meta.mat");
  }
}

TEST_CASE("Kaggle's archive by its root or any folder above the images") {
  TempFolder folder;
  writeTrain(folder / "ILSVRC/Data/CLS-LOC/train");
  writeFlat(folder / "ILSVRC/Data/CLS-LOC/val");
  test::write(folder / "LOC_val_solution.csv", kaggle());
  check(openData(folder.path()), "val", kFlat);
  check(openData(folder / "ILSVRC/Data/CLS-LOC"), "val", kFlat);
}

TEST_CASE("Tiny ImageNet, and names that carry their ids") {
  TempFolder folder;
  for (const auto& wnid : kWnids) {
    test::write(folder / "train" / wnid / "images" / (wnid + "_0.JPEG"), test::golden("rgb.jpg"));
    test::write(folder / "train" / wnid / (wnid + "_boxes.txt"), "x\t0\t0\t1\t1\n");
  }
  for (int i = 0; i < 2; ++i)
    test::write(folder / "val/images" / ("val_" + std::to_string(i) + ".JPEG"), test::golden("rgb.jpg"));
  test::write(folder / "val/val_annotations.txt",
              "val_1.JPEG\tn01440764\t0\t32\t44\t62\nval_0.JPEG\tn03126707\t0\t32\t44\t62\n");
  check(openData(folder.path()), "val", {2, 0});

  TempFolder face;
  writeTrain(face / "train");
  for (int i = 1; i <= 3; ++i)
    test::write(face / "val" / (numbered(i) + "_" + kWnids[static_cast<std::size_t>(3 - i)] + ".JPEG"),
                test::golden("rgb.jpg"));
  check(openData(face.path()), "val", {2, 1, 0});
}

TEST_CASE("flat images without train/, and the standard thousand") {
  TempFolder folder;
  writeFlat(folder / "val");
  writeKit(folder / "ILSVRC2012_devkit_t12/data");
  check(openData(folder.path()), "val", kFlat);
  check(openData(folder / "val"), "val", kFlat);
  TempFolder all;
  for (const auto& wnid : imageNet1kWnids()) test::write(all / "val" / wnid / "x.JPEG", "x");
  CHECK(openData(all.path()).kind == "ImageNet-1k");
}

TEST_CASE("without WordNet ids are names") {
  TempFolder folder, nowhere;
  writeTrain(folder.path());
  const std::string identity = openData(folder.path()).eval->identity();
  ::setenv("GAINFINDER_WORDNET", nowhere.path().c_str(), 1);
  const auto source = openData(folder.path());
  ::unsetenv("GAINFINDER_WORDNET");
  CHECK(source.eval->classNames() == kWnids);
  CHECK(source.eval->wnids() == kWnids);
  CHECK(source.eval->identity() == identity);  // the data are the same
}

TEST_CASE("what does not say the classes of flat images is refused with file and line") {
  const auto refused = [](const std::string& file, const std::string& bytes) {
    TempFolder folder;
    writeTrain(folder / "train");
    writeFlat(folder / "val");
    if (file.find("ground_truth") != std::string::npos) writeKit(folder.path());
    if (!file.empty()) test::write(folder / file, bytes);
    CAPTURE(file);
    CAPTURE(bytes);
    const Error error = refusal(folder.path());
    CHECK(error.kind() == ErrorKind::Input);
    CHECK(error.subject() == (folder / (file.empty() ? "val" : file)).string());
    CHECK_FALSE(error.observed().empty());
    return error.observed();
  };
  CHECK(refused("", "") == "none beside them");
  const std::string truth = "ILSVRC2012_validation_ground_truth.txt";
  for (const std::string bytes :
       {"", "4\n3\n2\n", "4\n3\n2\n5\n", "4\n3\n2\n1001\n", "4\n\n2\n4\n", "four\n", "-4\n3\n2\n4\n"})
    refused(truth, bytes);
  for (const std::string bytes : {"", "n01440764\n", "n01440764\nn0\nn0\nn0\n", "tench\n"})
    refused("imagenet_2012_validation_synset_labels.txt", bytes);
  for (const std::string bytes : {"", "x.JPEG 0\n", "x.JPEG 1000\n", "x.JPEG\n", "x.JPEG 0\nx.JPEG 0\n", "x.JPEG -1\n"})
    refused("val.txt", bytes);
  const std::string head = "ImageId,PredictionString\n";
  for (const std::string& bytes :
       {std::string(), std::string("a,b\n"), head, head + "x\n", head + "x,n01440764 1 1 1 1 n02012849 1 1 1 1\n",
        head + numbered(1) + ",n01440764 1 1 1 1\n"})
    refused("LOC_val_solution.csv", bytes);
  for (const std::string bytes : {"", "val_0.JPEG n01440764\n", "val_0.JPEG\ttench\n"})
    refused("val/val_annotations.txt", bytes);
}
