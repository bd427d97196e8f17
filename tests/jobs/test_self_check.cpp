// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "jobs/self_check.h"

using namespace gf;

TEST_CASE("the CPU is there and computes what double precision does") {
  const auto devices = computeDevices();
  REQUIRE_FALSE(devices.empty());
  CHECK(devices.front().id == "cpu");
  CHECK(devices.front().memoryBytes > 0);
  const auto checks = selfCheck();
  CHECK(checks.size() == 3 * devices.size());
  for (const auto& check : checks) CHECK_MESSAGE(check.passed(), check.name, " ", check.error);
}

TEST_CASE("a difference above what is allowed does not pass") {
  CHECK_FALSE(SelfCheck{"x", 3e-5, 2e-5}.passed());
  CHECK(SelfCheck{"x", 1e-5, 2e-5}.passed());
}
