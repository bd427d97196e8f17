// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "study/cell.h"

namespace gf::test {

/// A model whose hash is its name, so that equal names are equal models.
inline StudyModel model(const std::string& name, double accuracy, const std::string& family = "CNN",
                        std::int64_t parameters = 1'000'000) {
  return {name, family, "sha-" + name, parameters, accuracy};
}

/// A transfer by KL+DP with seed 0 that gained `delta` and lost nothing.
inline StudyCell cell(const StudyModel& student, const StudyModel& teacher, double delta, Method method = Method::KlDp,
                      std::uint64_t seed = 0) {
  StudyCell made;
  made.from =
      "runs/" + teacher.name + "-" + student.name + "-" + std::string(idOf(method)) + "-" + std::to_string(seed);
  made.data = "images";
  made.student = student;
  made.teachers = {teacher};
  made.options.method = method;
  made.options.seed = seed;
  made.gain = delta > 0 ? delta : 0;
  made.loss = delta > 0 ? 0 : -delta;
  made.delta = delta;
  made.deltaPositive = -delta;
  return made;
}

}  // namespace gf::test
