// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "options/fit_options.h"

using namespace gf;

namespace {

/// Reads flags back as the command line would.
FitOptions parseFlags(const std::vector<std::string>& flags) {
  FitOptions options;
  for (std::size_t i = 0; i < flags.size(); ++i) {
    REQUIRE(flags[i].starts_with("--"));
    const std::string id = flags[i].substr(2);
    for (const auto& choice : fitChoices()) {
      if (choice.id == id) choose(options, choice, flags[++i]);
    }
    for (const auto& record : fitOptionTable()) {
      if (record.id != id) continue;
      setOption(options.training, record,
                record.type == OptionType::Boolean ? OptionValue(true) : parseOption(record, flags[++i]));
    }
  }
  return options;
}

std::string refusal(const nlohmann::json& object) {
  FitOptions options;
  try {
    applyJson(options, object, "fit.json");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::Input);
    CHECK(error.subject() == "fit.json");
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a fit has the options that mean something without a teacher, and no others") {
  std::set<std::string_view> ids;
  for (const auto& record : fitOptionTable()) {
    CHECK(ids.insert(record.id).second);
    CHECK((std::string(record.label) + std::string(record.help)).find("transfer") == std::string::npos);
    CHECK(std::string(record.help).find("student") == std::string::npos);
  }
  CHECK(ids == std::set<std::string_view>{"label-smoothing",
                                          "epochs",
                                          "lr",
                                          "schedule",
                                          "warmup-epochs",
                                          "clip-norm",
                                          "momentum",
                                          "subset",
                                          "augment",
                                          "bad-images",
                                          "weight-decay",
                                          "freeze-bn",
                                          "batch",
                                          "precision",
                                          "micro-batch",
                                          "eval-every",
                                          "save-every",
                                          "layout",
                                          "seed",
                                          "device",
                                          "threads",
                                          "warmup-linear-epochs"});
  const TransferOptions training = fitTraining();
  CHECK(lambdaOf(training) == 0);
  CHECK(usesLabels(training));
  CHECK(toText(training.subset) == "1");
}

TEST_CASE("every choice and every option survives flags and JSON") {
  const FitOptions defaults;
  CHECK(toFlags(defaults) == std::vector<std::string>{"--layers", "head"});
  CHECK(toJson(defaults).size() == fitOptionTable().size() + 3);
  for (const auto& choice : fitChoices()) {
    for (const auto& each : choice.choices) {
      FitOptions options;
      choose(options, choice, each.id);
      CHECK(chosenId(options, choice) == each.id);
      CHECK(parseFlags(toFlags(options)) == options);
      FitOptions back;
      applyJson(back, nlohmann::json(toJson(options)), "fit.json");
      CHECK(back == options);
    }
  }
  FitOptions all;
  all.layers = FitLayers::All;
  all.training.freezeBatchNorm = true;
  all.training.labelSmoothing = 0.125;
  all.training.subset = {true, 20};
  all.training.seed = 99;
  CHECK(parseFlags(toFlags(all)) == all);
  FitOptions back;
  applyJson(back, nlohmann::json(toJson(all)), "fit.json");
  CHECK(back == all);
}

TEST_CASE("what is no option of a fit is refused by its name") {
  CHECK(refusal({{"temperature", 1}}).find("\"temperature\" must be an option of a fit") != std::string::npos);
  CHECK(refusal({{"method", "kl"}}).find("\"method\"") != std::string::npos);
  CHECK(refusal({{"layers", "tail"}}).find("must be head or all; found tail") != std::string::npos);
  CHECK(refusal({{"head", 3}}).find("\"head\" must be text") != std::string::npos);
  CHECK(refusal({{"lr", -1}}).find("\"lr\"") != std::string::npos);
  CHECK(refusal(nlohmann::json::array()).find("JSON object") != std::string::npos);
  FitOptions options;
  CHECK_THROWS_AS(choose(options, fitChoices()[2], "some"), Error);
}

TEST_CASE("options that contradict each other are said") {
  FitOptions options;
  CHECK(conflictIn(options).empty());
  options.classes = FitClasses::Shared;
  CHECK(conflictIn(options).empty());
  options.head = FitHead::New;
  CHECK(conflictIn(options).find("Keep the head") != std::string::npos);
  options = {};
  options.training.warmupLinearEpochs = 1;
  CHECK_FALSE(conflictIn(options).empty());
  options.layers = FitLayers::All;
  CHECK(conflictIn(options).empty());
  options.training.microBatch = options.training.batch + 1;
  CHECK(conflictIn(options).find("micro-batch") != std::string::npos);
}
