// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "base/error.h"
#include "base/sizes.h"

using namespace gf;

TEST_CASE("sizes as people write them") {
  CHECK(bytesText(0) == "0 B");
  CHECK(bytesText(999) == "999 B");
  CHECK(bytesText(999.6) == "1.0 kB");
  CHECK(bytesText(1234.5) == "1.2 kB");
  CHECK(bytesText(1000) == "1.0 kB");
  CHECK(bytesText(999'949) == "999.9 kB");
  CHECK(bytesText(999'950) == "1.0 MB");
  CHECK(bytesText(1'500'000'000) == "1.5 GB");
  CHECK(bytesText(7'000'000'000'000'000) == "7000.0 TB");
  CHECK(parseBytes("x", "0") == 0);
  CHECK(parseBytes("x", "1234") == 1234);
  CHECK(parseBytes("x", "500 MB") == 500'000'000);
  CHECK(parseBytes("x", "1.5GB") == 1'500'000'000);
  CHECK(parseBytes("x", "20k") == 20'000);
  CHECK(parseBytes("x", " 2 TB ") == 2'000'000'000'000);
  for (const char* wrong : {"", "much", "-1", "1e9", "1.5.2 GB", "5 XB", "999999999999999 TB", "GB", "1,5 GB"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(parseBytes("x", wrong), Error);
  }
  CHECK_THROWS_AS(parseBytes("x", std::string(100'000, ' ')), Error);
}
