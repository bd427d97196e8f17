// SPDX-License-Identifier: Apache-2.0
// Stands in for `gainfinder inspect --child …` so that the tests of models/ need no more than models/.
#include <cstring>
#include <nlohmann/json.hpp>

#include "models/inspection.h"

int main(int count, char** arguments) {
  if (count < 3 || std::strcmp(arguments[1], "inspect") != 0 || std::strcmp(arguments[2], "--child") != 0) return 2;
  nlohmann::json overrides;
  int next = 3;
  if (next + 1 < count && std::strcmp(arguments[next], "--model-meta-json") == 0) {
    overrides = nlohmann::json::parse(arguments[next + 1]);
    next += 2;
  }
  return gf::runInspectionChild({arguments + next, arguments + count}, overrides);
}
