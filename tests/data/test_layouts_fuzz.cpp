// SPDX-License-Identifier: Apache-2.0
// Broken data folders in published layouts: each must be refused with an Error(Input) that names a file and a rule, or,
// where damage may leave sound data behind, be read to the end without harm.
#include <algorithm>

#include "base/random.h"
#include "layouts.h"

using namespace gf;
using test::refusal;
using test::TempFolder;

namespace {

namespace fs = std::filesystem;
using Write = void (*)(const fs::path&);

int cases = 0;

/// A layout with one file replaced by `bytes` must be refused because of `culprit`, a path below the folder or its
/// beginning.
void mustRefuse(Write layout, const std::string& file, const std::string& bytes, const std::string& what,
                const std::string& culprit) {
  ++cases;
  TempFolder folder;
  layout(folder.path());
  test::write(folder / file, bytes);
  CAPTURE(file);
  CAPTURE(what);
  const Error error = refusal(folder.path());
  CAPTURE(std::string(error.what()));
  CHECK(error.kind() == ErrorKind::Input);
  CHECK(error.subject().starts_with((folder / culprit).string()));
  CHECK_FALSE(error.rule().empty());
  CHECK_FALSE(error.observed().empty());
}

/// Opens and looks at everything; only an Error(Input) that names a file of the folder may come out.
void mustNotCrash(const fs::path& folder, const std::string& what) {
  ++cases;
  CAPTURE(what);
  try {
    const auto source = openData(folder);
    for (const auto& data : {source.train, source.eval}) {
      if (!data) continue;
      for (std::size_t i = 0; i < data->size(); ++i) {
        CHECK(data->labels()[i] >= 0);
        CHECK(static_cast<std::size_t>(data->labels()[i]) < data->classNames().size());
        CHECK_FALSE(data->sampleName(i).empty());
      }
    }
  } catch (const Error& error) {
    CAPTURE(std::string(error.what()));
    CHECK(error.kind() == ErrorKind::Input);
    CHECK(error.subject().starts_with(folder.string()));
    CHECK_FALSE(error.rule().empty());
  }
}

/// Changed, lost and doubled bytes of one file of a layout.
void damage(Write layout, const std::string& file, int rounds) {
  TempFolder folder;
  layout(folder.path());
  const std::string sound = test::read(folder / file);
  Random random(29);
  for (int i = 0; i < rounds; ++i) {
    std::string bytes = sound;
    const std::size_t at = random.below(bytes.size());
    if (i % 4 == 0) bytes.resize(at);
    if (i % 4 == 1) bytes.erase(at, 1 + random.below(9));
    if (i % 4 == 2) bytes.insert(at, bytes.substr(0, 1 + random.below(40)));
    if (i % 4 == 3) {
      for (int k = 0; k < 3; ++k) bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    }
    test::write(folder / file, bytes);
    mustNotCrash(folder.path(), file + ", round " + std::to_string(i));
  }
}

/// A folder, a dead link or nothing readable in place of a file.
void misplace(Write layout, const std::string& file) {
  for (const std::string what : {"a folder", "a dead link", "a pipe's end"}) {
    ++cases;
    TempFolder folder;
    layout(folder.path());
    fs::remove(folder / file);
    if (what == "a folder") fs::create_directories(folder / file);
    if (what == "a dead link") fs::create_symlink("nowhere", folder / file);
    if (what == "a pipe's end") fs::create_symlink("/dev/null", folder / file);
    CAPTURE(file);
    CAPTURE(what);
    const Error error = refusal(folder.path());
    CHECK(error.kind() == ErrorKind::Input);
    CHECK(error.subject() == (folder / file).string());
  }
}

}  // namespace

TEST_CASE("CIFAR with records that are none") {
  const std::string ten = test::golden("cifar10.bin"), hundred = test::golden("cifar100.bin");
  const auto high = [](std::string bytes, std::size_t at, char value) {
    bytes[at] = value;
    return bytes;
  };
  for (const std::string file : {"test_batch.bin", "data_batch_4.bin"}) {
    mustRefuse(test::writeCifar10, file, "", "empty", file);
    for (const std::size_t keep : {1, 3072, 3074, 6145, 9218})
      mustRefuse(test::writeCifar10, file, ten.substr(0, keep), "cut after " + std::to_string(keep), file);
    mustRefuse(test::writeCifar10, file, ten + "x", "one byte more", file);
    mustRefuse(test::writeCifar10, file, hundred, "records of CIFAR-100", file);
    mustRefuse(test::writeCifar10, file, high(ten, 0, '\x0A'), "a label of 10", file);
    mustRefuse(test::writeCifar10, file, high(ten, 6146, '\xFF'), "a last label of 255", file);
  }
  for (const std::string file : {"test.bin", "train.bin"}) {
    mustRefuse(test::writeCifar100, file, "", "empty", file);
    for (const std::size_t keep : {1, 2, 3073, 3075, 6147})
      mustRefuse(test::writeCifar100, file, hundred.substr(0, keep), "cut after " + std::to_string(keep), file);
    mustRefuse(test::writeCifar100, file, hundred + "x", "one byte more", file);
    mustRefuse(test::writeCifar100, file, ten, "records of CIFAR-10", file);
    mustRefuse(test::writeCifar100, file, high(hundred, 0, '\x14'), "a coarse label of 20", file);
    mustRefuse(test::writeCifar100, file, high(hundred, 1, '\x64'), "a fine label of 100", file);
    mustRefuse(test::writeCifar100, file, high(hundred, 3075, '\xFF'), "a last label of 255", file);
  }
}

TEST_CASE("CIFAR with names that are none") {
  for (const std::string bytes : {"", "one\n", "a\nb\na\n", "a\n\nb\n", "a\n\xFF\xFE\n", "a\nb\tc\n"}) {
    mustRefuse(test::writeCifar10, "batches.meta.txt", bytes, bytes, "batches.meta.txt");
    mustRefuse(test::writeCifar100, "fine_label_names.txt", bytes, bytes, "fine_label_names.txt");
    mustRefuse(test::writeCifar100, "coarse_label_names.txt", bytes, bytes, "coarse_label_names.txt");
  }
  mustRefuse(test::writeCifar10, "batches.meta.txt", "a\nb\nc\n", "too few names", "test_batch.bin");
  mustRefuse(test::writeCifar100, "coarse_label_names.txt", "a\nb\nc\n", "too few groups", "test.bin");
}

TEST_CASE("CIFAR with damaged files") {
  damage(test::writeCifar10, "test_batch.bin", 16);
  damage(test::writeCifar10, "batches.meta.txt", 32);
  damage(test::writeCifar100, "train.bin", 16);
  damage(test::writeCifar100, "fine_label_names.txt", 24);
  for (const char* file : {"data_batch_3.bin", "test_batch.bin", "batches.meta.txt"})
    misplace(test::writeCifar10, file);
  for (const char* file : {"train.bin", "test.bin", "fine_label_names.txt", "coarse_label_names.txt"})
    misplace(test::writeCifar100, file);
}

TEST_CASE("CUB-200-2011 with tables that do not fit") {
  const auto refuse = [](const std::string& file, const std::string& bytes, const std::string& what,
                         const std::string& culprit = {}) {
    mustRefuse(test::writeCub, file, bytes, what, culprit.empty() ? file : culprit);
  };
  for (const std::string file : {"images.txt", "image_class_labels.txt", "train_test_split.txt", "classes.txt"}) {
    for (const std::string bytes : {"", "\n\n", "1\n", "1 \n", " 1\n", "one 1\n", "-1 1\n", "1.5 1\n", "1e3 1\n",
                                    "0x1 1\n", "99999999999 1\n", "1\t1\n", "1 1\n1 2\n", "1 1\n\n2 1\n"})
      refuse(file, bytes, bytes);
    refuse(file, std::string("\0\1\2 \3\n", 6), "bytes");
  }
  refuse("image_class_labels.txt", "1 1\n2 1\n3 2\n4 2\n", "a label is missing");
  refuse("image_class_labels.txt", "1 1\n2 1\n3 2\n4 2\n5 22\n6 1\n", "a label too many");
  refuse("image_class_labels.txt", "1 1\n2 1\n3 2\n4 2\n5 23\n", "a class that is not there");
  refuse("image_class_labels.txt", "1 1\n2 1\n3 two\n4 2\n5 22\n", "a class in letters");
  refuse("image_class_labels.txt", "1 1\n2 1\n3 2 2\n4 2\n5 22\n", "two classes");
  refuse("train_test_split.txt", "1 0\n2 1\n3 0\n4 1\n", "a side is missing");
  refuse("train_test_split.txt", "1 0\n2 1\n3 0\n4 1\n5 1\n6 1\n", "a side too many");
  refuse("train_test_split.txt", "1 0\n2 1\n3 2\n4 1\n5 1\n", "a third side");
  refuse("train_test_split.txt", "1 0\n2 1\n3 test\n4 1\n5 1\n", "a side in letters");
  refuse("classes.txt", "1 001.a\n2 002.a\n22 022.b\n", "equal names");
  refuse("classes.txt", "1 001.a\n2 002.b\n22 \xFF\xFE\n", "a name that is no text");
  refuse("classes.txt", "1 001.a\n2 002.b\n22 c\x1B[2J\n", "a name that a terminal obeys");
  refuse("classes.txt", "1 001.a\n2 002.b\n", "a class is missing", "image_class_labels.txt");
  const std::string twice = "001.Black_footed_Albatross/Black_Footed_Albatross_0046_18.jpg";
  for (const std::string path : {"/etc/hostname", "002.Laysan_Albatross", "nothing.jpg", "../../x.jpg"})
    refuse("images.txt", "1 " + path + "\n2 " + twice + "\n3 x\n4 x\n5 x\n", path);
  refuse("images.txt", "1 " + twice + "\n2 " + twice + "\n3 x\n4 x\n5 x\n", "an image twice");
  refuse("images.txt", "1 " + std::string(5000, 'x') + "\n2 x\n3 x\n4 x\n5 x\n", "a very long path");
  refuse("images.txt", "1 a\xFF\xFE/\x1B[2J.jpg\n2 x\n3 x\n4 x\n5 x\n", "a path that is no text");
  refuse("images.txt", std::string("1 a\0b.jpg\n2 x\n3 x\n4 x\n5 x\n", 27), "a path with a zero byte");
}

TEST_CASE("CUB-200-2011 with damaged tables") {
  for (const char* file : {"images.txt", "image_class_labels.txt", "train_test_split.txt", "classes.txt"}) {
    damage(test::writeCub, file, 40);
    misplace(test::writeCub, file);
  }
}

TEST_CASE("Caltech-256 with class folders of any name") {
  Random random(31);
  for (int i = 0; i < 30; ++i) {
    TempFolder folder;
    test::writeCaltech(folder / "256_ObjectCategories");
    std::string name = "146.mountain-bike";
    for (int k = 0; k <= i % 4; ++k) name[random.below(name.size())] = static_cast<char>(1 + random.below(255));
    std::replace(name.begin(), name.end(), '/', '_');
    for (const char* file : {"146_0001.jpg", "146_0002.jpg"})
      test::write(folder / "256_ObjectCategories" / name / file, "image");
    mustNotCrash(folder.path(), "class folder " + std::to_string(i));
  }
}

TEST_CASE("DomainNet with lists that do not fit") {
  const std::string image = "infograph/airplane/infograph_002_000003.jpg";
  for (const std::string file : {"infograph_test.txt", "infograph_train.txt"}) {
    for (const std::string line :
         {"infograph", "infograph 1", "infograph/airplane 1", "infograph//x.jpg 1", " 1", "1", "/ 1",
          "clipart/airplane/x.jpg 1", "/infograph/airplane/x.jpg 1", "infograph/airplane/ 1",
          "infograph/airplane/gone.jpg 1", "../infograph/airplane/x.jpg 1", "infograph/../../x.jpg 1",
          "infograph/airplane/\x1B[2J.jpg 1"})
      mustRefuse(test::writeDomainNet, file, line + "\n", line, file);
    for (const std::string number : {"", " ", " one", " -1", " 1.0", " 99999999999", " 1 x", "\t1"})
      mustRefuse(test::writeDomainNet, file, image + number + "\n", image + number, file);
    mustRefuse(test::writeDomainNet, file, image + " 1\n\n" + image + " 1\n", "an empty line", file);
    mustRefuse(test::writeDomainNet, file, image + " 1\n" + image + " 1\n", "an image twice", "infograph_t");
  }
  mustRefuse(test::writeDomainNet, "infograph_test.txt", "", "an empty test list", "infograph_test.txt");
  mustRefuse(test::writeDomainNet, "infograph_train.txt", "infograph/airplane/infograph_002_000003.jpg 0\n",
             "a number of two folders", "infograph_train.txt");
}

TEST_CASE("DomainNet with damaged lists") {
  for (const char* file : {"infograph_test.txt", "infograph_train.txt"}) damage(test::writeDomainNet, file, 40);
  misplace(test::writeDomainNet, "infograph_test.txt");
}

TEST_CASE("enough was tried") {
  MESSAGE(cases << " broken folders were opened");
  CHECK(cases >= 550);
}
