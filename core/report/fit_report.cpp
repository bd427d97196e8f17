// SPDX-License-Identifier: Apache-2.0
#include "report/fit_report.h"

#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "report/json_text.h"
#include "report/report_parts.h"
#include "report/text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

Json manifestJson(const FitReportInput& input) {
  Json manifest{{"created", utcNowText()}};
  manifest["versions"] = Json(input.versions);
  manifest["versions"]["gainfinder"] = GF_VERSION;
  manifest["device"] = input.device;
  manifest["threads"] = input.threads;
  manifest["seed"] = input.options.training.seed;
  manifest["options"] = toJson(input.options);
  manifest["sha256"] = {{"model", input.model.sha256},
                        {"fitted", input.fitted.sha256},
                        {"training_data", input.trainSha256},
                        {"evaluation_data", input.evalSha256}};
  manifest["data"] = {{"path", input.dataPath}, {"kind", input.dataKind}};
  return manifest;
}

Json modelJson(const ReportModel& model) {
  return {{"name", model.name},
          {"family", model.family},
          {"path", model.path},
          {"sha256", model.sha256},
          {"parameters", model.parameters}};
}

Json trainingJson(const FitReportInput& input) {
  const TransferOutcome& outcome = *input.outcome;
  Json training{{"samples", input.trainingLabels.size()},
                {"trained_parameters", input.trainedParameters},
                {"finished", outcome.finished},
                {"steps", outcome.steps},
                {"epochs", outcome.epochs},
                {"seconds", outcome.seconds},
                {"samples_per_second", outcome.samplesPerSecond},
                {"memory_bytes", outcome.memoryBytes},
                {"device_memory_bytes", outcome.deviceMemoryBytes},
                {"micro_batch", outcome.microBatch},
                {"precision", outcome.form.bf16 ? "bf16" : "fp32"},
                {"channels_last", outcome.form.channelsLast},
                {"weight_distance", outcome.weightDistance},
                {"resumed", outcome.resumed}};
  putLeftOut(training, input.trainLeftOut);
  return training;
}

Json classesJson(const FitReportInput& input, const PairKnowledge& knowledge) {
  constexpr const char* kReason = "no evaluation image of this class";
  std::vector<std::int64_t> training(input.outputs.size(), 0);
  for (const std::int32_t label : input.trainingLabels) ++training.at(static_cast<std::size_t>(label));
  Json classes = Json::array();
  for (std::size_t k = 0; k < input.outputs.size(); ++k) {
    const OutcomeCounts& counts = knowledge.classes[k];
    if (counts.samples == 0 && training[k] == 0) continue;
    const auto share = [&](double value) { return counts.samples ? std::optional(value) : std::nullopt; };
    Json entry{
        {"name", input.outputs[k]}, {"output", k}, {"samples", counts.samples}, {"training_samples", training[k]}};
    put(entry, "before", share(counts.studentAccuracy()), kReason);
    put(entry, "after", share(counts.teacherAccuracy()), kReason);
    classes.push_back(std::move(entry));
  }
  return classes;
}

Json courseJson(const TransferOutcome& outcome) {
  Json course = Json::array();
  for (const auto& each : outcome.evaluations) {
    course.push_back({{"step", each.step}, {"epoch", each.epoch}, {"accuracy", each.accuracy}});
  }
  return course;
}

}  // namespace

nlohmann::ordered_json buildFitReport(const FitReportInput& input) {
  if (input.truth.empty()) failInput(input.dataPath, "the evaluation set must have samples", "none");
  // The fitted model in the teacher's place: what it alone gets right is what was gained.
  const PairKnowledge knowledge = comparePredictions(input.truth, input.outcome->after.predicted, input.before,
                                                     static_cast<int>(input.outputs.size()));
  Json report{{"schema", kFitSchema}};
  report["manifest"] = manifestJson(input);
  report["model"] = modelJson(input.model);
  report["fitted"] = modelJson(input.fitted);
  report["head"] = {{"new", input.newHead},
                    {"outputs", input.outputs.size()},
                    {"data_classes", input.dataClasses},
                    {"used_classes", input.usedClasses},
                    {"plan", input.plan}};
  report["training"] = trainingJson(input);
  report["evaluation"] = {{"name", input.evalName}, {"samples", input.truth.size()}};
  putLeftOut(report["evaluation"], input.leftOut);
  report["before"] = {{"accuracy", knowledge.all.studentAccuracy()}};
  report["after"] = {{"accuracy", knowledge.all.teacherAccuracy()},
                     {"gained", knowledge.all.onlyTeacher},
                     {"lost", knowledge.all.onlyStudent},
                     {"delta_accuracy", knowledge.all.deltaAccuracy()}};
  putDifference(report["after"], knowledge.all, input.options.training.seed);
  report["classes"] = classesJson(input, knowledge);
  report["course"] = courseJson(*input.outcome);
  return report;
}

std::string fitHeadline(const nlohmann::ordered_json& report) {
  const auto& after = report.at("after");
  const auto points = [](const Json& share) { return 100 * share.get<double>(); };
  const auto& interval = after.at("delta_accuracy_ci95");
  return "Accuracy " + percentString(report.at("before").at("accuracy").get<double>()) + " → " +
         percentString(after.at("accuracy").get<double>()) + " on " +
         countedText(report.at("evaluation").at("samples").get<std::int64_t>(), "image", "images") + ": " +
         signedString(points(after.at("delta_accuracy")), 2) + " points (95 % interval " +
         fixedText(points(interval[0]), 1) + " to " + fixedText(points(interval[1]), 1) + ").";
}

void writeFitReport(const std::filesystem::path& folder, const nlohmann::ordered_json& report) {
  std::error_code error;
  std::filesystem::create_directories(folder / "figures", error);
  if (error) failRun((folder / "figures").string(), "the folder must be writable", error.message());
  for (const auto& figure : fitFigures(report)) {
    writeAtomically(folder / "figures" / (figure.id + ".csv"), toCsv(figure));
    writeAtomically(folder / "figures" / (figure.id + ".json"), fileText(toJson(figure)));
  }
  writeAtomically(folder / "fit.json", fileText(report));
}

}  // namespace gf
