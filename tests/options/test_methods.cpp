// SPDX-License-Identifier: Apache-2.0
// Which options act on which method, and which do not go together.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "options/option_table.h"

using namespace gf;

namespace {

/// Ids of the options that act on this method but not on every method.
std::set<std::string> ownOptions(Method method) {
  std::set<std::string> ids;
  for (const auto& record : transferOptionTable()) {
    if (!record.methods.empty() && actsOn(record, method)) ids.emplace(record.id);
  }
  return ids;
}

double lambdaFor(Method method, std::optional<double> given = std::nullopt) {
  TransferOptions options;
  options.method = method;
  options.lambda = given;
  return lambdaOf(options);
}

bool readsLabels(Method method, std::optional<double> lambda = std::nullopt) {
  TransferOptions options;
  options.method = method;
  options.lambda = lambda;
  return usesLabels(options);
}

}  // namespace

TEST_CASE("a method has one id and one name, in table, text and code") {
  const auto& choices = optionRecord("method").choices;
  REQUIRE(choices.size() == std::size(kAllMethods));
  for (std::size_t i = 0; i < choices.size(); ++i) {
    CHECK(choices[i].id == idOf(kAllMethods[i]));
    CHECK(choices[i].label == displayName(kAllMethods[i]));
    TransferOptions options;
    setOption(options, optionRecord("method"), std::string(choices[i].id));
    CHECK(options.method == kAllMethods[i]);
  }
  for (const TeacherMode mode : {TeacherMode::Sequential, TeacherMode::Parallel, TeacherMode::Soup}) {
    TransferOptions options;
    setOption(options, optionRecord("teachers"), std::string(idOf(mode)));
    CHECK(options.teachers == mode);
  }
}

TEST_CASE("an option acts on the methods that read it") {
  using Ids = std::set<std::string>;
  CHECK(ownOptions(Method::Kl) == Ids{"temperature", "direction", "top-k"});
  const Ids withLabels{"temperature", "lambda", "direction", "top-k", "label-smoothing"};
  for (const Method method : {Method::XeKl, Method::KlDp, Method::KlDpUnsup}) CHECK(ownOptions(method) == withLabels);
  Ids mcl = withLabels;
  mcl.insert({"mcl-tau", "mcl-every"});
  CHECK(ownOptions(Method::XeKlMcl) == mcl);
  CHECK(ownOptions(Method::Ce) == Ids{"temperature", "lambda", "top-k", "label-smoothing"});
  CHECK(ownOptions(Method::Cd) == Ids{"lambda", "label-smoothing"});
  CHECK(ownOptions(Method::Crd) ==
        Ids{"label-smoothing", "crd-weight", "crd-negatives", "crd-momentum", "crd-temperature"});
}

TEST_CASE("the weight of the distillation term by method") {
  CHECK(lambdaFor(Method::Kl) == 1);
  CHECK(lambdaFor(Method::XeKl) == 0.5);
  CHECK(lambdaFor(Method::XeKlMcl) == 0.7);
  CHECK(lambdaFor(Method::KlDp) == 1);
  CHECK(lambdaFor(Method::KlDpUnsup) == 1);
  CHECK(lambdaFor(Method::Ce) == 1);
  CHECK(lambdaFor(Method::Cd) == 0.5);
  CHECK(lambdaFor(Method::Kl, 0.75) == 1);  // has none
  CHECK(lambdaFor(Method::Crd, 0.75) == lambdaFor(Method::Crd));
  for (const Method method : {Method::XeKl, Method::XeKlMcl, Method::KlDp, Method::KlDpUnsup, Method::Ce, Method::Cd}) {
    CHECK(lambdaFor(method, 0.75) == 0.75);
  }
  // The default that help and form name is the one in use.
  const std::string text = defaultText(optionRecord("lambda"));
  for (const auto& [weight, name] : {std::pair{"0.5 for", "XE-KL and CD"}, std::pair{"0.7 for", "XE-KL+MCL"},
                                     std::pair{"1 for", "KL+DP and CE-Dist"}}) {
    CHECK(text.find(std::string(weight) + " " + name) != std::string::npos);
  }
}

TEST_CASE("labels are read where cross-entropy, the supervised partition or CRD's negatives need them") {
  for (const Method method : {Method::XeKl, Method::XeKlMcl, Method::KlDp, Method::Cd, Method::Crd}) {
    CHECK(readsLabels(method));
  }
  for (const Method method : {Method::Kl, Method::KlDpUnsup, Method::Ce, Method::XeKl, Method::Cd}) {
    CHECK_FALSE(readsLabels(method, 1.0));
  }
  CHECK(readsLabels(Method::KlDp, 1.0));
  CHECK(readsLabels(Method::Crd, 1.0));
  for (const Method method : {Method::KlDpUnsup, Method::Ce}) CHECK(readsLabels(method, 0.9));
  CHECK_FALSE(readsLabels(Method::Kl, 0.9));
}

TEST_CASE("what a method compares") {
  for (const Method method : kAllMethods) {
    CHECK(usesPartition(method) == (method == Method::KlDp || method == Method::KlDpUnsup));
    CHECK(usesFeatures(method) == (method == Method::Cd || method == Method::Crd));
    // Temperature, top classes and direction are about logits.
    CHECK(actsOn(optionRecord("temperature"), method) != usesFeatures(method));
  }
}

TEST_CASE("several teachers in parallel need a partition") {
  for (const Method method : kAllMethods) {
    TransferOptions options;
    options.method = method;
    options.teachers = TeacherMode::Parallel;
    CHECK(conflictIn(options, 1).empty());
    const std::string conflict = conflictIn(options, 2);
    CHECK(conflict.empty() == usesPartition(method));
    if (!conflict.empty()) CHECK(conflict.starts_with(displayName(method)));
    for (const TeacherMode mode : {TeacherMode::Sequential, TeacherMode::Soup}) {
      options.teachers = mode;
      CHECK(conflictIn(options, 5).empty());
    }
  }
}

TEST_CASE("numbers that contradict each other are named with a remedy") {
  TransferOptions options;
  options.microBatch = options.batch;
  CHECK(conflictIn(options, 1).empty());
  options.microBatch = options.batch + 1;
  CHECK(conflictIn(options, 1).find("micro-batch") != std::string::npos);

  options = {};
  options.schedule = Schedule::Cosine;
  options.warmupEpochs = options.epochs;
  CHECK(conflictIn(options, 1).empty());
  options.warmupEpochs = options.epochs + 0.5;
  CHECK(conflictIn(options, 1).find("warm-up") != std::string::npos);
  options.schedule = Schedule::Constant;  // has no warm-up
  CHECK(conflictIn(options, 1).empty());

  options = {};
  options.method = Method::Cd;
  CHECK(conflictIn(options, 1).empty());
  options.microBatch = 1;
  CHECK(conflictIn(options, 1).find("two") != std::string::npos);
  options.microBatch = 0;
  options.batch = 1;
  CHECK(conflictIn(options, 1).find("two") != std::string::npos);
  options.method = Method::Crd;
  CHECK(conflictIn(options, 1).empty());

  options = {};
  options.method = Method::Cd;
  options.warmupLinearEpochs = 1;
  CHECK(conflictIn(options, 1).empty());
  options.lambda = 1;
  CHECK(conflictIn(options, 1).find("linear warm-up") != std::string::npos);
  options.method = Method::KlDp;
  CHECK(conflictIn(options, 1).empty());
}
