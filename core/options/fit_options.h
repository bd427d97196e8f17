// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "options/option_table.h"

namespace gf {

/// What trains.
enum class FitLayers {
  Head,  ///< The classifier head alone; the rest stays in eval mode, batch-norm statistics and dropout with it.
  All
};
/// What becomes of the classifier head.
enum class FitHead {
  Auto,  ///< Kept where the model knows every class of the data, else new.
  Keep,  ///< The model's own; the loss runs over all its logits.
  New    ///< A fresh one for the data's classes.
};
/// Which samples are used.
enum class FitClasses {
  All,
  Shared  ///< Those of classes that model and data both know; the head is kept.
};

/// How a fit trains unless told otherwise: cross-entropy with the labels alone (XE-KL at λ = 0, without a teacher), on
/// the whole training split, at the learning rate 0.01.
TransferOptions fitTraining();

/// Supervised training. `training` holds what the table below has records for.
struct FitOptions {
  FitLayers layers = FitLayers::Head;
  FitHead head = FitHead::Auto;
  FitClasses classes = FitClasses::All;
  TransferOptions training = fitTraining();
  bool operator==(const FitOptions&) const = default;
};

/// The options of the transfer's table that a fit has, in its order; where a help or a label speaks of a transfer, with
/// words of their own. The default of a record is that of fitTraining().
std::span<const OptionRecord> fitOptionTable();

/// One of the three choices that only a fit has: "layers", "head", "classes".
struct FitChoice {
  std::string_view id, label, help;
  std::vector<OptionChoice> choices;  ///< In the order of the enumeration.
};
std::span<const FitChoice> fitChoices();
/// The id that `options` has chosen.
std::string_view chosenId(const FitOptions& options, const FitChoice& choice);
/// Throws Error(Usage) naming the flag, its choices and the text.
void choose(FitOptions& options, const FitChoice& choice, std::string_view id);

/// Why these options do not go together, as one sentence with its remedy; empty when they do.
std::string conflictIn(const FitOptions& options);

/// The three choices and every option of the table.
nlohmann::ordered_json toJson(const FitOptions& options);
/// As applyJson for transfers.
void applyJson(FitOptions& options, const nlohmann::json& object, const std::string& subject);
/// The flags that differ from the defaults; --layers always.
std::vector<std::string> toFlags(const FitOptions& options);

}  // namespace gf
