// SPDX-License-Identifier: Apache-2.0
#include "options/option_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "options/option_text.h"

namespace gf {
namespace {

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
  const auto bound = [](double value) {  // 100000, not 1e+05
    return std::abs(value) < 1e16 && value == std::floor(value) ? std::to_string(std::llround(value))
                                                                : numberText(value);
  };
  if (record.minimumExcluded) return kind + " above " + bound(record.minimum) + " and at most " + bound(record.maximum);
  return kind + " from " + bound(record.minimum) + " to " + bound(record.maximum);
}

std::string valueText(const OptionValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  // Plain digits where people write them so: a learning rate of 0.0001, not 1e-04. Both forms read back as the same
  // number.
  const double number = std::get<double>(value), size = std::abs(number);
  const bool plain = number == 0 || (size >= 1e-6 && size < 1e9);
  std::array<char, 64> buffer{};
  const auto form = plain ? std::chars_format::fixed : std::chars_format::general;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, form).ptr;
  return {buffer.data(), end};
}

std::string defaultText(const OptionRecord& record) {
  if (record.id == "lambda") return "0.5 for XE-KL and CD, 0.7 for XE-KL+MCL, 1 for KL+DP and CE-Dist";
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

}  // namespace gf
