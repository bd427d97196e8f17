// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "options/option_table.h"

using namespace gf;

namespace {

/// Reads flags back as the command line would.
TransferOptions parseFlags(const std::vector<std::string>& flags) {
  TransferOptions options;
  for (std::size_t i = 0; i < flags.size(); ++i) {
    REQUIRE(flags[i].starts_with("--"));
    const auto& record = optionRecord(flags[i].substr(2));
    setOption(options, record,
              record.type == OptionType::Boolean ? OptionValue(true) : parseOption(record, flags[++i]));
  }
  return options;
}

/// An error about this option that states its range.
template <class Work>
void mustRefuse(const OptionRecord& record, Work work) {
  try {
    work();
    FAIL_CHECK("was accepted: ", std::string(record.id));
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::Usage);
    CHECK(error.subject() == "--" + std::string(record.id));
    CHECK(error.rule().find(rangeText(record)) != std::string::npos);
  }
}

/// Two values that differ from the default, for every option.
std::vector<OptionValue> otherValues(const OptionRecord& record) {
  switch (record.type) {
    case OptionType::Boolean:
      return {true};
    case OptionType::Choice: {
      std::vector<OptionValue> values;
      for (const auto& each : record.choices) values.emplace_back(std::string(each.id));
      return values;
    }
    case OptionType::Integer:
      return {static_cast<std::int64_t>(record.minimum), static_cast<std::int64_t>(record.maximum)};
    case OptionType::Real:
      return {record.minimumExcluded ? 0.1 + 0.2 : record.minimum, record.maximum, 1.0 / 3};
    case OptionType::Text:
      break;
  }
  if (record.id == "subset") return {std::string("600perclass"), std::string("0.123456789"), std::string("1")};
  return {std::string("cpu"), std::string("cuda:1"), std::string("cuda")};
}

}  // namespace

TEST_CASE("every record is complete") {
  std::set<std::string_view> ids;
  for (const auto& record : transferOptionTable()) {
    CAPTURE(std::string(record.id));
    CHECK(ids.insert(record.id).second);
    CHECK_FALSE(record.label.empty());
    CHECK(record.help.ends_with("."));
    CHECK(record.get);
    CHECK(record.set);
    CHECK((record.type == OptionType::Choice) == !record.choices.empty());
    CHECK(record.minimum <= record.maximum);
    CHECK(&optionRecord(record.id) == &record);
    for (const char c : record.id) CHECK(((c >= 'a' && c <= 'z') || c == '-'));
    CHECK_FALSE(rangeText(record).empty());
    CHECK_FALSE(defaultText(record).empty());
  }
  // The names that the command line promises.
  for (const char* id :
       {"method",    "epochs",        "lr",         "momentum",      "weight-decay",  "temperature",
        "lambda",    "direction",     "freeze-bn",  "augment",       "subset",        "eval-every",
        "batch",     "seed",          "device",     "threads",       "top-k",         "label-smoothing",
        "mcl-tau",   "mcl-every",     "crd-weight", "crd-negatives", "crd-momentum",  "crd-temperature",
        "teachers",  "teacher-order", "soup-bn",    "schedule",      "warmup-epochs", "warmup-linear-epochs",
        "clip-norm", "micro-batch",   "save-every", "precision",     "layout"}) {
    CHECK(ids.contains(id));
  }
  CHECK_THROWS_AS(optionRecord("no-such"), Error);
}

TEST_CASE("every default keeps its own rule and survives being typed") {
  const TransferOptions defaults;
  for (const auto& record : transferOptionTable()) {
    CAPTURE(std::string(record.id));
    const OptionValue value = record.get(defaults);
    CHECK(problemWith(record, value).empty());
    CHECK(parseOption(record, valueText(value)) == value);
  }
}

TEST_CASE("every allowed value survives text, storing and JSON") {
  for (const auto& record : transferOptionTable()) {
    for (const auto& value : otherValues(record)) {
      CAPTURE(std::string(record.id) + " " + valueText(value));
      CHECK(parseOption(record, valueText(value)) == value);
      for (const Method method : kAllMethods) {
        if (!actsOn(record, method)) continue;
        TransferOptions options;
        options.method = method;
        setOption(options, record, value);
        CHECK(record.get(options) == value);
        TransferOptions back;
        applyJson(back, nlohmann::json(toJson(options)), "options.json");
        CHECK(toJson(back) == toJson(options));
        CHECK(toJson(parseFlags(toFlags(options))) == toJson(options));
      }
    }
  }
}

TEST_CASE("values outside the range are refused with the range") {
  for (const auto& record : transferOptionTable()) {
    CAPTURE(std::string(record.id));
    std::vector<std::string> texts{"",     " ",   "nan", "NaN", "inf",  "-inf", "1e999",
                                   "0x10", "1,5", "12 ", "+",   "--lr", "§"};
    TransferOptions options;
    if (record.type == OptionType::Real) {
      texts.push_back(valueText(std::nextafter(record.maximum, 1e300)));
      texts.push_back(valueText(record.minimumExcluded ? record.minimum : -1e-300));
      for (const double bad : {std::nan(""), static_cast<double>(INFINITY), -static_cast<double>(INFINITY)}) {
        mustRefuse(record, [&] { setOption(options, record, bad); });
      }
    }
    if (record.type == OptionType::Integer) {
      texts.insert(texts.end(), {std::to_string(static_cast<std::int64_t>(record.maximum) + 1),
                                 std::to_string(static_cast<std::int64_t>(record.minimum) - 1), "1.5", "1e2",
                                 "99999999999999999999"});
    }
    if (record.id == "subset") {
      texts.insert(texts.end(), {"0", "-0.1", "1.1", "0perclass", "1.5perclass", "perclass", "-3perclass",
                                 "nanperclass", "2e9perclass"});
    }
    if (record.id == "device") texts.insert(texts.end(), {"gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1234", "CPU"});
    for (const auto& text : texts) {
      CAPTURE(text);
      mustRefuse(record, [&] { parseOption(record, text); });
    }
    CHECK(options == TransferOptions{});
  }
}

TEST_CASE("a value of another type is refused, stored or from JSON") {
  const std::vector<OptionValue> all{true, std::int64_t{1}, 0.5, std::string("?")};
  for (const auto& record : transferOptionTable()) {
    TransferOptions options;
    for (const auto& value : all) {
      const bool own = value.index() == record.get(options).index() && record.type != OptionType::Choice &&
                       record.type != OptionType::Text;
      if (!own) mustRefuse(record, [&] { setOption(options, record, value); });
    }
    for (const nlohmann::json& value : {nlohmann::json(nullptr), nlohmann::json::array(), nlohmann::json::object()}) {
      try {
        applyJson(options, {{std::string(record.id), value}}, "mine.json");
        FAIL_CHECK("was accepted: ", std::string(record.id));
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::Input);
        CHECK(error.subject() == "mine.json");
        CHECK(error.rule().find("\"" + std::string(record.id) + "\"") != std::string::npos);
        CHECK(error.rule().find(rangeText(record)) != std::string::npos);
      }
    }
  }
}

TEST_CASE("unknown JSON keys are refused by name") {
  TransferOptions options;
  try {
    applyJson(options, {{"learning-rate", 0.1}}, "mine.json");
    FAIL("was accepted");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::Input);
    CHECK(error.rule().find("learning-rate") != std::string::npos);
  }
  CHECK_THROWS_AS(applyJson(options, nlohmann::json::array(), "mine.json"), Error);
  CHECK_NOTHROW(applyJson(options, {{"lr", 1}, {"subset", 0.25}}, "mine.json"));  // whole numbers are numbers
  CHECK(options.learningRate == 1);
  CHECK(options.subset == SubsetRule{false, 0.25});
}

TEST_CASE("JSON keys stand in table order") {
  const auto json = toJson(TransferOptions{});
  std::size_t i = 0;
  REQUIRE(json.size() == transferOptionTable().size());
  for (const auto& [key, value] : json.items()) CHECK(key == transferOptionTable()[i++].id);
}

TEST_CASE("flags name the method always and else only what differs") {
  TransferOptions options;
  CHECK(toFlags(options) == std::vector<std::string>{"--method", "kl-dp"});
  options.method = Method::XeKl;
  options.lambda = 0.25;
  options.freezeBatchNorm = true;
  options.subset = {true, 600};
  CHECK(toFlags(options) ==
        std::vector<std::string>{"--method", "xe-kl", "--lambda", "0.25", "--freeze-bn", "--subset", "600perclass"});
  options.method = Method::Kl;  // has no weight: the flag would say nothing
  const auto flags = toFlags(options);
  CHECK(std::find(flags.begin(), flags.end(), "--lambda") == flags.end());
}

TEST_CASE("the subset rule keeps every digit") {
  CHECK(toText({false, 0.1}) == "0.1");
  CHECK(toText({true, 600}) == "600perclass");
  CHECK(toText({true, 1'000'000}) == "1000000perclass");
  CHECK(toText({false, 0.123456789012345}) == "0.123456789012345");
}

TEST_CASE("numbers are written as people write them, and read back exactly") {
  CHECK(valueText(OptionValue(1e-4)) == "0.0001");
  CHECK(valueText(OptionValue(0.9999)) == "0.9999");
  CHECK(valueText(OptionValue(0.0)) == "0");
  CHECK(valueText(OptionValue(1e-9)) == "1e-09");
  for (const double number : {1e-4, 0.1 + 0.2, 1.0 / 3, 2.5e-7, 123456.789}) {
    CHECK(std::stod(valueText(OptionValue(number))) == number);
  }
}
