// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "study/study_store.h"

namespace gf::test {

/// A study of made-up models that all teach each other, written to a store; no cell of it has run.
struct MadeStore {
  StudyPlan plan;
  std::vector<PlanModel> models;
  StudyExpansion expansion;

  /// `methods`: the plan's JSON array; `more`: further keys, each with a comma behind it.
  explicit MadeStore(const StudyStore& store, const std::string& methods = R"(["kl"])", int count = 2,
                     const std::string& more = {}) {
    for (int i = 0; i < count; ++i) {
      const std::string name = count <= 26 ? std::string(1, static_cast<char>('a' + i)) : "model-" + std::to_string(i);
      models.push_back({name + ".pt", name, "CNN", "sha-" + name, 10, 40, true});
    }
    plan =
        planFromJson(nlohmann::ordered_json::parse(R"({"schema": "gainfinder-plan/1", "name": "made", "students": ["*"],
                          "teachers": ["*"], )" + more +
                                                   R"("methods": )" + methods + "}"),
                     "plan");
    expansion = expandPlan(plan, models, "data");
    store.open(plan, models, expansion);
  }
};

}  // namespace gf::test
