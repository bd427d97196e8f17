// SPDX-License-Identifier: Apache-2.0
#include "options/option_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"

namespace gf {
namespace {

constexpr double kOpen = std::numeric_limits<double>::infinity();
/// Largest seed that JSON readers with 53-bit numbers keep exactly.
constexpr double kLargestSeed = 9007199254740991.0;

template <class Member>
OptionRecord real(Member member, OptionRecord record) {
  record.type = OptionType::Real;
  record.get = [member](const TransferOptions& o) { return OptionValue(o.*member); };
  record.set = [member](TransferOptions& o, const OptionValue& v) { o.*member = std::get<double>(v); };
  return record;
}

template <class Integer>
OptionRecord integer(Integer TransferOptions::*member, OptionRecord record) {
  record.type = OptionType::Integer;
  record.get = [member](const TransferOptions& o) { return OptionValue(static_cast<std::int64_t>(o.*member)); };
  record.set = [member](TransferOptions& o, const OptionValue& v) {
    o.*member = static_cast<Integer>(std::get<std::int64_t>(v));
  };
  return record;
}

/// `values` are in the order of the record's choices.
template <class Enum>
OptionRecord choice(Enum TransferOptions::*member, std::vector<Enum> values, OptionRecord record) {
  record.type = OptionType::Choice;
  std::vector<std::string> ids;
  for (const auto& each : record.choices) ids.emplace_back(each.id);
  record.get = [member, values, ids](const TransferOptions& o) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] == o.*member) return OptionValue(ids[i]);
    }
    return OptionValue(ids.front());
  };
  record.set = [member, values, ids](TransferOptions& o, const OptionValue& v) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (ids[i] == std::get<std::string>(v)) o.*member = values[i];
    }
  };
  return record;
}

bool readReal(std::string_view text, double& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

/// True when `text` is a share in (0, 1] or a positive whole count followed by "perclass".
bool readSubset(std::string_view text, SubsetRule& rule) {
  constexpr std::string_view kSuffix = "perclass";
  const bool perClass = text.ends_with(kSuffix);
  if (perClass) text.remove_suffix(kSuffix.size());
  double amount = 0;
  if (!readReal(text, amount) || amount <= 0) return false;
  if (perClass ? amount != std::floor(amount) || amount > 1e9 : amount > 1) return false;
  rule = {perClass, amount};
  return true;
}

bool isDevice(std::string_view text) {
  if (text == "auto" || text == "cpu" || text == "cuda") return true;
  if (!text.starts_with("cuda:")) return false;
  text.remove_prefix(5);
  return !text.empty() && text.size() < 4 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

OptionRecord lambdaRecord() {
  OptionRecord record{"lambda",
                      "KL weight",
                      "Weight of the distillation term; the rest goes to cross-entropy with the labels.",
                      "",
                      "λ",
                      OptionType::Real,
                      OptionGroup::Objective,
                      false,
                      0,
                      1};
  record.methods = {Method::XeKl, Method::KlDp, Method::KlDpUnsup};
  record.get = [](const TransferOptions& o) { return OptionValue(lambdaOf(o)); };
  record.set = [](TransferOptions& o, const OptionValue& v) { o.lambda = std::get<double>(v); };
  return record;
}

OptionRecord subsetRecord() {
  OptionRecord record{
      "subset",
      "Transfer set",
      "Part of the training split that is used: a share of every class, or a count such as 600perclass.",
      "share or count per class",
      "",
      OptionType::Text,
      OptionGroup::Data,
      false,
      -kOpen,
      kOpen};
  record.get = [](const TransferOptions& o) { return OptionValue(toText(o.subset)); };
  record.set = [](TransferOptions& o, const OptionValue& v) { readSubset(std::get<std::string>(v), o.subset); };
  return record;
}

OptionRecord deviceRecord() {
  OptionRecord record{"device",
                      "Device",
                      "Where the models run; auto takes the first CUDA device, else the CPU.",
                      "",
                      "",
                      OptionType::Text,
                      OptionGroup::Run,
                      true,
                      -kOpen,
                      kOpen};
  record.get = [](const TransferOptions& o) { return OptionValue(o.device); };
  record.set = [](TransferOptions& o, const OptionValue& v) { o.device = std::get<std::string>(v); };
  return record;
}

OptionRecord freezeBatchNormRecord() {
  OptionRecord record{"freeze-bn",
                      "Freeze batch-norm statistics",
                      "Keep the student's running means and variances as they were.",
                      "",
                      "",
                      OptionType::Boolean,
                      OptionGroup::Optimiser,
                      true,
                      0,
                      1};
  record.get = [](const TransferOptions& o) { return OptionValue(o.freezeBatchNorm); };
  record.set = [](TransferOptions& o, const OptionValue& v) { o.freezeBatchNorm = std::get<bool>(v); };
  return record;
}

OptionRecord methodRecord() {
  OptionRecord record{
      "method", "Method", "What the student learns from.", "", "", OptionType::Choice, OptionGroup::Objective, false,
      0,        0};
  record.choices = {
      {"kl", "KL-Dist", "Every sample follows the teacher."},
      {"xe-kl", "XE-KL", "Every sample follows the teacher, with cross-entropy against the labels beside it."},
      {"kl-dp", "KL+DP", "Each sample follows whichever of teacher and frozen student is surer of the label."},
      {"kl-dp-unsup", "KL+DP (unsupervised)",
       "Each sample follows whichever of teacher and frozen student is surer of its own answer; no labels needed."}};
  return choice(&TransferOptions::method, {Method::Kl, Method::XeKl, Method::KlDp, Method::KlDpUnsup}, record);
}

OptionRecord directionRecord() {
  OptionRecord record{"direction",
                      "KL direction",
                      "Which distribution the divergence is measured from.",
                      "",
                      "",
                      OptionType::Choice,
                      OptionGroup::Objective,
                      true,
                      0,
                      0};
  record.choices = {{"target-student", "Target to student", "KL(target‖student), the usual reading."},
                    {"student-target", "Student to target", "KL(student‖target), the reverse reading."}};
  return choice(&TransferOptions::direction, {Direction::TargetStudent, Direction::StudentTarget}, record);
}

OptionRecord augmentRecord() {
  OptionRecord record{"augment",
                      "Augmentation",
                      "How training images vary between epochs.",
                      "",
                      "",
                      OptionType::Choice,
                      OptionGroup::Data,
                      true,
                      0,
                      0};
  record.choices = {{"none", "None", "Centre crop only."},
                    {"flip", "Horizontal flip", "Centre crop, mirrored half of the time."}};
  return choice(&TransferOptions::augment, {Augment::None, Augment::Flip}, record);
}

std::vector<OptionRecord> makeTable() {
  using O = TransferOptions;
  using G = OptionGroup;
  constexpr auto R = OptionType::Real;
  constexpr auto I = OptionType::Integer;
  return {
      methodRecord(),
      real(&O::temperature, {"temperature", "Temperature", "Softens both distributions in the distillation term.", "",
                             "T", R, G::Objective, false, 0, 1000, true}),
      lambdaRecord(),
      directionRecord(),
      integer(&O::epochs,
              {"epochs", "Epochs", "Passes over the transfer set.", "epochs", "", I, G::Optimiser, false, 1, 100000}),
      real(&O::learningRate, {"lr", "Learning rate", "Step size of the optimiser, constant over the run.", "", "", R,
                              G::Optimiser, false, 0, 100, true}),
      real(&O::momentum,
           {"momentum", "Momentum", "Share of the last step that is kept.", "", "", R, G::Optimiser, true, 0, 0.9999}),
      real(&O::weightDecay, {"weight-decay", "Weight decay", "Pull of every weight towards zero.", "", "", R,
                             G::Optimiser, true, 0, 10}),
      freezeBatchNormRecord(),
      subsetRecord(),
      augmentRecord(),
      integer(&O::batch,
              {"batch", "Batch size", "Samples in one step.", "samples", "n", I, G::Data, false, 1, 1048576}),
      real(&O::evaluateEvery,
           {"eval-every", "Evaluate every", "Epochs between evaluations; 0.5 evaluates twice an epoch.", "epochs", "",
            R, G::Run, true, 0, 100000, true}),
      integer(&O::seed, {"seed", "Seed", "Decides the transfer set, the order and the views.", "", "", I, G::Run, true,
                         0, kLargestSeed}),
      deviceRecord(),
      integer(&O::threads,
              {"threads", "Compute threads", "0 lets the program choose.", "threads", "", I, G::Run, true, 0, 1024}),
  };
}

std::string numberText(double value) {
  return valueText(OptionValue(value));
}

std::string textRule(const OptionRecord& record) {
  if (record.id == "subset") return "a share above 0 and at most 1, or a whole count such as 600perclass";
  return "auto, cpu, cuda or cuda:0, cuda:1, …";
}

bool textIsGood(const OptionRecord& record, const std::string& text) {
  SubsetRule ignored;
  return record.id == "subset" ? readSubset(text, ignored) : isDevice(text);
}

[[noreturn]] void failOption(const OptionRecord& record, const std::string& observed) {
  failUsage("--" + std::string(record.id), "must be " + rangeText(record), observed);
}

OptionValue valueFromJson(const OptionRecord& record, const nlohmann::json& value) {
  switch (record.type) {
    case OptionType::Boolean:
      if (value.is_boolean()) return value.get<bool>();
      break;
    case OptionType::Integer:
      if (value.is_number_integer()) return value.get<std::int64_t>();
      break;
    case OptionType::Real:
      if (value.is_number()) return value.get<double>();
      break;
    case OptionType::Text:
      if (record.id == "subset" && value.is_number()) return numberText(value.get<double>());
      [[fallthrough]];
    case OptionType::Choice:
      if (value.is_string()) return value.get<std::string>();
      break;
  }
  failOption(record, value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

std::span<const OptionRecord> transferOptionTable() {
  static const std::vector<OptionRecord> table = makeTable();
  return table;
}

const OptionRecord& optionRecord(std::string_view id) {
  for (const auto& record : transferOptionTable()) {
    if (record.id == id) return record;
  }
  failUsage("--" + std::string(id), "must be an option of a transfer", "an unknown name");
}

bool actsOn(const OptionRecord& record, Method method) {
  return record.methods.empty() ||
         std::find(record.methods.begin(), record.methods.end(), method) != record.methods.end();
}

std::string rangeText(const OptionRecord& record) {
  switch (record.type) {
    case OptionType::Boolean:
      return "true or false";
    case OptionType::Text:
      return textRule(record);
    case OptionType::Choice: {
      std::string text;
      for (std::size_t i = 0; i < record.choices.size(); ++i) {
        if (i) text += i + 1 == record.choices.size() ? " or " : ", ";
        text += record.choices[i].id;
      }
      return text;
    }
    case OptionType::Integer:
    case OptionType::Real:
      break;
  }
  const std::string kind = record.type == OptionType::Integer ? "a whole number" : "a number";
  if (record.minimumExcluded)
    return kind + " above " + numberText(record.minimum) + " and at most " + numberText(record.maximum);
  return kind + " from " + numberText(record.minimum) + " to " + numberText(record.maximum);
}

std::string valueText(const OptionValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::get<double>(value)).ptr;
  return {buffer.data(), end};
}

std::string defaultText(const OptionRecord& record) {
  if (record.id == "lambda") return "0.5 for XE-KL, 1 for KL+DP";
  return valueText(record.get(TransferOptions{}));
}

std::string problemWith(const OptionRecord& record, const OptionValue& value) {
  const std::string rule = "must be " + rangeText(record);
  if (const auto* text = std::get_if<std::string>(&value)) {
    if (record.type == OptionType::Text) return textIsGood(record, *text) ? "" : rule;
    if (record.type != OptionType::Choice) return rule;
    for (const auto& each : record.choices) {
      if (each.id == *text) return "";
    }
    return rule;
  }
  if (std::holds_alternative<bool>(value)) return record.type == OptionType::Boolean ? "" : rule;
  const bool whole = std::holds_alternative<std::int64_t>(value);
  if (record.type != (whole ? OptionType::Integer : OptionType::Real)) return rule;
  const double number = whole ? static_cast<double>(std::get<std::int64_t>(value)) : std::get<double>(value);
  const bool low = record.minimumExcluded ? number <= record.minimum : number < record.minimum;
  return std::isnan(number) || low || number > record.maximum ? rule : "";
}

OptionValue parseOption(const OptionRecord& record, std::string_view text) {
  const std::string observed(text);
  OptionValue value = observed;
  if (record.type == OptionType::Boolean) {
    if (text != "true" && text != "false") failOption(record, observed);
    value = text == "true";
  } else if (record.type == OptionType::Integer) {
    std::int64_t whole = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
    if (error != std::errc() || end != text.data() + text.size()) failOption(record, observed);
    value = whole;
  } else if (record.type == OptionType::Real) {
    double number = 0;
    if (!readReal(text, number)) failOption(record, observed);
    value = number;
  }
  if (!problemWith(record, value).empty()) failOption(record, observed);
  return value;
}

void setOption(TransferOptions& options, const OptionRecord& record, const OptionValue& value) {
  if (!problemWith(record, value).empty()) failOption(record, valueText(value));
  record.set(options, value);
}

nlohmann::ordered_json toJson(const TransferOptions& options) {
  nlohmann::ordered_json object;
  for (const auto& record : transferOptionTable()) {
    std::visit([&](const auto& value) { object[std::string(record.id)] = value; }, record.get(options));
  }
  return object;
}

void applyJson(TransferOptions& options, const nlohmann::json& object, const std::string& subject) {
  if (!object.is_object()) failInput(subject, "the options must be a JSON object", object.type_name());
  for (const auto& [key, value] : object.items()) {
    try {
      const auto& record = optionRecord(key);
      setOption(options, record, valueFromJson(record, value));
    } catch (const Error& error) {
      failInput(subject, "\"" + key + "\" " + error.rule(), error.observed());
    }
  }
}

std::vector<std::string> toFlags(const TransferOptions& options) {
  std::vector<std::string> flags{"--method", std::string(idOf(options.method))};
  TransferOptions defaults;
  defaults.method = options.method;
  for (const auto& record : transferOptionTable()) {
    const OptionValue value = record.get(options);
    if (!actsOn(record, options.method) || value == record.get(defaults)) continue;
    flags.push_back("--" + std::string(record.id));
    if (record.type != OptionType::Boolean) flags.push_back(valueText(value));
  }
  return flags;
}

std::span<const Preset> transferPresets() {
  static const std::vector<Preset> presets = [] {
    std::vector<Preset> made;
    const auto add = [&](std::string_view id, std::string_view label, std::string_view help, Method method) {
      TransferOptions options;
      options.method = method;
      made.push_back({id, label, help, options});
    };
    add("paper-kl-dp", "Paper: KL+DP", "Partition by confidence in the label; learning rate 0.0001, T 1, 20 epochs.",
        Method::KlDp);
    add("paper-kl-dp-unsup", "Paper: KL+DP, unsupervised",
        "Partition by confidence; learning rate 0.0001, T 1, 20 epochs.", Method::KlDpUnsup);
    add("paper-kl", "Paper: KL-Dist", "Plain distillation; learning rate 0.0001, T 1, 20 epochs.", Method::Kl);
    add("paper-xe-kl", "Paper: XE-KL", "Distillation with cross-entropy; λ 0.5, T 1, 20 epochs.", Method::XeKl);
    return made;
  }();
  return presets;
}

}  // namespace gf
