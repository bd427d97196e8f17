// SPDX-License-Identifier: Apache-2.0
// The records themselves, and the presets made of them.
#include <limits>

#include "options/option_table.h"
#include "options/option_text.h"

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

}  // namespace

std::span<const OptionRecord> transferOptionTable() {
  static const std::vector<OptionRecord> table = makeTable();
  return table;
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
