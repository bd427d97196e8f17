// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "base/error.h"
#include "data/dataset.h"
#include "helpers.h"

using namespace gf;
using test::TempFolder;

namespace {

namespace fs = std::filesystem;

/// Opens what cannot be opened and returns the error.
Error errorOf(const fs::path& path) {
  try {
    openData(path);
  } catch (const Error& error) {
    return error;
  }
  FAIL(path.string() << " must not open");
  return Error(ErrorKind::Run, "", "", "");
}

}  // namespace

TEST_CASE("what is no data folder is refused with the layouts that are known") {
  TempFolder folder;
  test::write(folder / "file", "hello");
  test::write(folder / "texts/a/readme.txt", "hello");
  test::write(folder / "texts/b/readme.txt", "hello");
  fs::create_directories(folder / "empty");
  for (const char* name : {"file", "texts", "empty", "absent"}) {
    const auto error = errorOf(folder / name);
    CAPTURE(std::string(error.what()));
    CHECK(error.kind() == ErrorKind::Input);
    CHECK(error.subject() == (folder / name).string());
    CHECK_FALSE(error.rule().empty());
    CHECK(error.remedy().find("idx3-ubyte") != std::string::npos);
    CHECK(error.remedy().find("class folders of images") != std::string::npos);
  }
}

TEST_CASE("a link to a data folder opens as the folder does") {
  TempFolder folder;
  test::write(folder / "real/t10k-images-idx3-ubyte", test::idxImages(4));
  test::write(folder / "real/t10k-labels-idx1-ubyte", test::idxLabels(4));
  fs::create_directory_symlink(folder / "real", folder / "link");
  CHECK(openData(folder / "link").eval->identity() == openData(folder / "real").eval->identity());
}
