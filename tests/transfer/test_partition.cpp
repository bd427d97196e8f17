// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include "base/error.h"
#include "predictions/evaluate.h"
#include "transfer/fixtures.h"

using namespace gf;
using namespace gf::test;

namespace {

std::vector<double> confidences(const Predictions& predictions, PartitionRule rule) {
  const auto labels = pictures().train->labels();
  std::vector<double> result;
  for (std::size_t i = 0; i < predictions.samples; ++i) {
    const bool supervised = rule == PartitionRule::Supervised;
    result.push_back(supervised ? predictions.probability(i, static_cast<std::size_t>(labels[i]))
                                : predictions.confidence(i));
  }
  return result;
}

PartitionPreview previewOf(Classifier teacher, Classifier student, const TransferOptions& options,
                           const Control& control = {}) {
  std::vector<Classifier> teachers;
  teachers.push_back(std::move(teacher));
  return previewPartition(teachers, student, pictures(), options, {0.5}, control);
}

/// The same from stored predictions of the whole training split, in double precision.
Routing routingFromPredictions(const Predictions& teacher, const Predictions& student, PartitionRule rule) {
  const auto pair = comparePredictions(pictures().train->labels(), teacher.predicted, student.predicted, 5);
  return routingOf(pair.outcomes, partitionByConfidence(confidences(teacher, rule), confidences(student, rule)));
}

void checkCounts(const OutcomeCounts& one, const OutcomeCounts& other) {
  CHECK(one.samples == other.samples);
  CHECK(one.bothRight == other.bothRight);
  CHECK(one.onlyTeacher == other.onlyTeacher);
  CHECK(one.onlyStudent == other.onlyStudent);
  CHECK(one.bothWrong == other.bothWrong);
}

}  // namespace

TEST_CASE("the preview is the partition of the stored predictions") {
  Classifier teacher = model("teacher.pt"), student = model("student.pt");
  const Predictions ofTeacher = evaluate(teacher, pictures().train, {});
  const Predictions ofStudent = evaluate(student, pictures().train, {});
  const PartitionPreview preview = previewOf(std::move(teacher), std::move(student), shortRun(Method::KlDp));
  CHECK(preview.samples == 60);
  CHECK(preview.ties == 0);
  const Routing supervised = routingFromPredictions(ofTeacher, ofStudent, PartitionRule::Supervised);
  const Routing unsupervised = routingFromPredictions(ofTeacher, ofStudent, PartitionRule::Unsupervised);
  checkCounts(preview.supervised.total, supervised.total);
  checkCounts(preview.supervised.toTeacher, supervised.toTeacher);
  checkCounts(preview.unsupervised.toTeacher, unsupervised.toTeacher);
  CHECK(preview.supervised.toTeacher.samples > 0);
  CHECK(preview.supervised.toTeacher.samples < 60);

  REQUIRE(preview.supervisedByClass.size() == 5);
  std::int64_t samples = 0, toTeacher = 0;
  for (const Routing& each : preview.supervisedByClass) {
    CHECK(each.total.samples == 12);
    samples += each.total.samples;
    toTeacher += each.toTeacher.samples;
  }
  CHECK(samples == 60);
  CHECK(toTeacher == preview.supervised.toTeacher.samples);
}

TEST_CASE("the supervised rule sends positive flips to the teacher more often than negative ones") {
  // A model that is right usually is surer of the label than one that is wrong, and with these two it shows.
  const PartitionPreview preview = previewOf(model("teacher.pt"), model("student.pt"), shortRun(Method::KlDp));
  REQUIRE(preview.supervised.positive());
  REQUIRE(preview.supervised.negative());
  CHECK(*preview.supervised.positive() > *preview.supervised.negative());
}

TEST_CASE("a run reports the routing that the preview promised, per rule") {
  TransferOptions options = shortRun(Method::KlDp);
  options.subset.amount = 0.5;
  const PartitionPreview preview = previewOf(model("teacher.pt"), model("student.pt"), options);
  CHECK(preview.samples == 30);
  for (const Method method : {Method::KlDp, Method::KlDpUnsup}) {
    options.method = method;
    Recorder recorder;
    const TransferOutcome outcome = makeRun(options).run({}, recorder);
    const Routing& promised = method == Method::KlDp ? preview.supervised : preview.unsupervised;
    REQUIRE(outcome.stages.size() == 1);
    REQUIRE(outcome.stages.front().routing.size() == 1);
    checkCounts(outcome.stages.front().routing.front().total, promised.total);
    checkCounts(outcome.stages.front().routing.front().toTeacher, promised.toTeacher);
    CHECK(outcome.subset.size() == 30);
  }
  options.method = Method::Kl;
  Recorder recorder;
  CHECK(makeRun(options).run({}, recorder).stages.front().routing.empty());
}

TEST_CASE("a model against itself ties on every sample, and all stay with the student") {
  const PartitionPreview preview = previewOf(model("student.pt"), model("student.pt"), shortRun(Method::KlDp));
  CHECK(preview.ties == 60);
  CHECK(preview.tiesByClass == std::vector<std::int64_t>(5, 12));
  CHECK(preview.supervised.toTeacher.samples == 0);
  CHECK(preview.unsupervised.toTeacher.samples == 0);
}

TEST_CASE("a stop ends the preview") {
  std::stop_source stop;
  stop.request_stop();
  const Control control(stop.get_token(), nullptr, {});
  CHECK_THROWS_AS(previewOf(model("teacher.pt"), model("student.pt"), shortRun(Method::KlDp), control), Stopped);
}
