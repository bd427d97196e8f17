// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "options/transfer_options.h"

namespace gf {

enum class OptionType { Boolean, Integer, Real, Choice, Text };
enum class OptionGroup { Objective, Optimiser, Data, Run };
using OptionValue = std::variant<bool, std::int64_t, double, std::string>;

struct OptionChoice {
  std::string_view id, label, help;
};

/// One option, once: the command-line flag, the JSON key, the form row and its tooltip are all read from this record.
struct OptionRecord {
  std::string_view id;      ///< "weight-decay": flag without dashes and JSON key.
  std::string_view label;   ///< "Weight decay" (source text for translation, context "options").
  std::string_view help;    ///< One sentence, without unit, range and default: those are added from the record.
  std::string_view unit;    ///< "epochs", "samples", "" for plain numbers.
  std::string_view symbol;  ///< The method's symbol: "λ", "T", "" if none.
  OptionType type;
  OptionGroup group;
  bool advanced;            ///< Hidden until the user looks for it.
  double minimum, maximum;  ///< For numbers; infinities when open.
  bool minimumExcluded = false;
  std::vector<OptionChoice> choices{};  ///< For OptionType::Choice.
  std::vector<Method> methods{};        ///< Methods it acts on; empty means all.
  std::function<OptionValue(const TransferOptions&)> get{};
  std::function<void(TransferOptions&, const OptionValue&)> set{};
};

/// All options of a transfer, in the order of forms and help.
std::span<const OptionRecord> transferOptionTable();
/// Throws Error(Usage) when there is no such option.
const OptionRecord& optionRecord(std::string_view id);
bool actsOn(const OptionRecord& record, Method method);

/// "0 to 1", "above 0", "none or flip": the rule a value must keep, for messages and tooltips.
std::string rangeText(const OptionRecord& record);
/// The value as text, as one would type it after the flag.
std::string valueText(const OptionValue& value);
std::string defaultText(const OptionRecord& record);

/// Reads `text` for this option and checks it. Throws Error(Usage) naming option, rule and value.
OptionValue parseOption(const OptionRecord& record, std::string_view text);
/// Empty when `value` has the record's type and keeps its range; else the broken rule in words.
std::string problemWith(const OptionRecord& record, const OptionValue& value);
/// Checks and stores. Throws Error(Usage).
void setOption(TransferOptions& options, const OptionRecord& record, const OptionValue& value);

/// Every option with its value, keys in table order; `lambda` is the effective one.
nlohmann::ordered_json toJson(const TransferOptions& options);
/// Sets what the object names on top of `options`. Unknown keys, wrong types and broken ranges throw Error(Input)
/// naming `subject`, the key, the rule and the value.
void applyJson(TransferOptions& options, const nlohmann::json& object, const std::string& subject);
/// The flags that differ from the defaults: {"--method", "kl", …}; always names the method.
std::vector<std::string> toFlags(const TransferOptions& options);

/// Ready-made settings, offered by name.
struct Preset {
  std::string_view id, label, help;
  TransferOptions options;
};
/// The published settings of each method (20 epochs, SGD, 10 % of each class).
std::span<const Preset> transferPresets();

/// One axis of a search grid: an option and the values that were tried.
struct GridAxis {
  std::string_view option;  ///< An id of the option table.
  std::vector<double> values;
};
/// The values that the paper's authors searched for a method (appendix A); empty where none are given.
std::span<const GridAxis> searchGrid(Method method);

}  // namespace gf
