// SPDX-License-Identifier: Apache-2.0
// Presets and search grids against the published numbers, which are spelled out here once more.
#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "options/option_table.h"

using namespace gf;

namespace {

/// What every published run shares, written out.
TransferOptions published(Method method, double lambda) {
  TransferOptions o;
  o.method = method;
  o.epochs = 20;
  o.learningRate = 0.0001;
  o.momentum = 0.9;
  o.weightDecay = 0.001;
  o.temperature = 1;
  o.lambda = lambda;
  o.direction = Direction::TargetStudent;
  o.topK = 0;
  o.labelSmoothing = 0;
  o.schedule = Schedule::Constant;
  o.warmupEpochs = 0;
  o.warmupLinearEpochs = 0;
  o.clipNorm = 0;
  o.freezeBatchNorm = false;
  o.augment = Augment::Flip;
  o.subset = {false, 0.1};
  o.evaluateEvery = 1;
  return o;
}

std::map<std::string, TransferOptions> publishedPresets() {
  std::map<std::string, TransferOptions> all{{"paper-kl", published(Method::Kl, 1)},
                                             {"paper-xe-kl", published(Method::XeKl, 0.5)},
                                             {"paper-xe-kl-mcl", published(Method::XeKlMcl, 0.7)},
                                             {"paper-kl-dp", published(Method::KlDp, 1)},
                                             {"paper-kl-dp-unsup", published(Method::KlDpUnsup, 1)},
                                             {"paper-ce", published(Method::Ce, 1)},
                                             {"paper-cd", published(Method::Cd, 0.5)},
                                             {"paper-crd", published(Method::Crd, 0.5)},
                                             {"paper-top-10", published(Method::Kl, 1)},
                                             {"paper-top-100", published(Method::Kl, 1)},
                                             {"paper-linear-warmup", published(Method::Kl, 1)},
                                             {"paper-label-smoothing", published(Method::XeKl, 0.5)}};
  TransferOptions& mcl = all.at("paper-xe-kl-mcl");
  mcl.learningRate = 0.01;
  mcl.mclTau = 0.9999;
  mcl.mclEvery = 2;
  TransferOptions& crd = all.at("paper-crd");
  crd.crdWeight = 0.8;
  crd.crdNegatives = 16384;
  crd.crdMomentum = 0.5;
  crd.crdTemperature = 0.07;
  all.at("paper-top-10").topK = 10;
  all.at("paper-top-100").topK = 100;
  all.at("paper-linear-warmup").warmupLinearEpochs = 1;
  all.at("paper-label-smoothing").labelSmoothing = 0.1;
  return all;
}

/// A grid's values by option.
std::map<std::string, std::vector<double>> gridOf(Method method) {
  std::map<std::string, std::vector<double>> grid;
  for (const GridAxis& axis : searchGrid(method)) CHECK(grid.emplace(axis.option, axis.values).second);
  return grid;
}

TransferOptions parseFlags(const std::vector<std::string>& flags) {
  TransferOptions options;
  for (std::size_t i = 0; i < flags.size(); ++i) {
    const auto& record = optionRecord(flags[i].substr(2));
    const bool flag = record.type == OptionType::Boolean;
    setOption(options, record, flag ? OptionValue(true) : parseOption(record, flags[++i]));
  }
  return options;
}

}  // namespace

TEST_CASE("every preset is the published setting, and every method has one") {
  auto expected = publishedPresets();
  std::set<Method> methods;
  std::set<std::string_view> labels;
  for (const auto& preset : transferPresets()) {
    CAPTURE(std::string(preset.id));
    REQUIRE(expected.contains(std::string(preset.id)));
    // The effective weight stands in the JSON, so an unset λ equals its default.
    CHECK(toJson(preset.options) == toJson(expected.at(std::string(preset.id))));
    expected.erase(std::string(preset.id));
    methods.insert(preset.options.method);
    CHECK(labels.insert(preset.label).second);
    CHECK(preset.help.ends_with("."));
    CHECK(conflictIn(preset.options, 1).empty());
  }
  CHECK(expected.empty());
  CHECK(methods.size() == std::size(kAllMethods));
}

TEST_CASE("every preset survives flags and JSON, and keeps every rule") {
  for (const auto& preset : transferPresets()) {
    CAPTURE(std::string(preset.id));
    CHECK(toJson(parseFlags(toFlags(preset.options))) == toJson(preset.options));
    TransferOptions back;
    applyJson(back, nlohmann::json(toJson(preset.options)), "options.json");
    CHECK(toJson(back) == toJson(preset.options));
    for (const auto& record : transferOptionTable()) CHECK(problemWith(record, record.get(preset.options)).empty());
  }
}

TEST_CASE("search grids are the published ones") {
  using Grid = std::map<std::string, std::vector<double>>;
  const std::vector<double> rates{0.01, 0.001, 0.0001, 0.00001}, temperatures{0.1, 1, 4, 10};
  CHECK(gridOf(Method::Kl) == Grid{{"lr", rates}, {"temperature", temperatures}});
  CHECK(gridOf(Method::XeKl) == Grid{{"lr", rates}, {"temperature", temperatures}, {"lambda", {0.05, 0.1, 0.25, 0.5}}});
  CHECK(gridOf(Method::XeKlMcl) == Grid{{"lr", {0.01, 0.001}},
                                        {"mcl-tau", {0.99, 0.999, 0.9999}},
                                        {"mcl-every", {2, 10, 50, 100}},
                                        {"lambda", {0.5, 0.7}}});
  for (const Method method : {Method::KlDp, Method::KlDpUnsup}) {
    CHECK(gridOf(method) ==
          Grid{{"lr", {0.001, 0.0001}}, {"lambda", {0.5, 0.75, 0.9, 1}}, {"temperature", {0.1, 1, 10}}});
  }
  for (const Method method : {Method::Ce, Method::Cd, Method::Crd}) CHECK(searchGrid(method).empty());
}

TEST_CASE("every value of a grid can be set, and holds its method's preset") {
  for (const auto& preset : transferPresets()) {
    for (const GridAxis& axis : searchGrid(preset.options.method)) {
      const auto& record = optionRecord(axis.option);
      CAPTURE(std::string(preset.id) + " " + std::string(axis.option));
      CHECK(actsOn(record, preset.options.method));
      bool found = false;
      for (const double number : axis.values) {
        const OptionValue value =
            record.type == OptionType::Integer ? OptionValue(static_cast<std::int64_t>(number)) : OptionValue(number);
        TransferOptions options = preset.options;
        setOption(options, record, value);
        CHECK(record.get(options) == value);
        CHECK(parseOption(record, valueText(value)) == value);
        found = found || record.get(preset.options) == value;
      }
      CHECK(found);
    }
  }
}
