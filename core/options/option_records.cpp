// SPDX-License-Identifier: Apache-2.0
// The records themselves.
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

/// Methods that can have a cross-entropy with the labels, CRD always has.
std::vector<Method> labelMethods(bool withCrd = true) {
  std::vector<Method> methods{Method::XeKl, Method::XeKlMcl, Method::KlDp, Method::KlDpUnsup, Method::Ce, Method::Cd};
  if (withCrd) methods.push_back(Method::Crd);
  return methods;
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
  record.methods = labelMethods(/*withCrd=*/false);  // which has a weight of its own
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

OptionRecord flag(bool TransferOptions::*member, std::string_view id, std::string_view label, std::string_view help,
                  OptionGroup group) {
  OptionRecord record{id, label, help, "", "", OptionType::Boolean, group, true, 0, 1};
  record.get = [member](const TransferOptions& o) { return OptionValue(o.*member); };
  record.set = [member](TransferOptions& o, const OptionValue& v) { o.*member = std::get<bool>(v); };
  return record;
}

/// A choice's frame; its `choices` follow.
OptionRecord chosen(std::string_view id, std::string_view label, std::string_view help, OptionGroup group,
                    bool advanced, std::vector<OptionChoice> choices) {
  OptionRecord record{id, label, help, "", "", OptionType::Choice, group, advanced, 0, 0};
  record.choices = std::move(choices);
  return record;
}

OptionRecord only(std::vector<Method> methods, OptionRecord record) {
  record.methods = std::move(methods);
  return record;
}

/// Methods whose distillation term compares logits.
std::vector<Method> logitMethods() {
  return {Method::Kl, Method::XeKl, Method::XeKlMcl, Method::KlDp, Method::KlDpUnsup, Method::Ce};
}

OptionRecord methodRecord() {
  return choice(
      &TransferOptions::method, {std::begin(kAllMethods), std::end(kAllMethods)},
      chosen("method", "Method", "What the student learns from.", OptionGroup::Objective, false,
             {{"kl", "KL-Dist", "Every sample follows the teacher."},
              {"xe-kl", "XE-KL", "Every sample follows the teacher, with cross-entropy against the labels beside it."},
              {"xe-kl-mcl", "XE-KL+MCL",
               "XE-KL for fast weights; slow weights follow them by momentum, and they are the student."},
              {"kl-dp", "KL+DP", "Each sample follows whichever of teacher and frozen student is surer of the label."},
              {"kl-dp-unsup", "KL+DP (unsupervised)",
               "Each sample follows whichever of teacher and frozen student is surer of its own answer; no labels "
               "needed."},
              {"ce", "CE-Dist", "Cross-entropy with the teacher's soft labels in place of the divergence."},
              {"cd", "CD", "Images that look alike to the teacher shall look alike to the student."},
              {"crd", "CRD", "Contrastive: the same image close, images of other classes apart, in a shared space."}}));
}

OptionRecord directionRecord() {
  return only({Method::Kl, Method::XeKl, Method::XeKlMcl, Method::KlDp, Method::KlDpUnsup},
              choice(&TransferOptions::direction, {Direction::TargetStudent, Direction::StudentTarget},
                     chosen("direction", "KL direction", "Which distribution the divergence is measured from.",
                            OptionGroup::Objective, true,
                            {{"target-student", "Target to student", "KL(target‖student), the usual reading."},
                             {"student-target", "Student to target", "KL(student‖target), the reverse reading."}})));
}

OptionRecord teachersRecord() {
  return choice(
      &TransferOptions::teachers, {TeacherMode::Sequential, TeacherMode::Parallel, TeacherMode::Soup},
      chosen(
          "teachers", "Several teachers", "How a student learns from more than one teacher.", OptionGroup::Objective,
          true,
          {{"sequential", "One after the other", "The student so far is the next transfer's frozen student."},
           {"parallel", "All at once", "Each sample follows the surest of frozen student and teachers (KL+DP only)."},
           {"soup", "Soup", "One student for each teacher; their weights are averaged."}}));
}

OptionRecord teacherOrderRecord() {
  return choice(&TransferOptions::teacherOrder, {TeacherOrder::Ascending, TeacherOrder::Given},
                chosen("teacher-order", "Order of teachers", "Which of several sequential teachers comes first.",
                       OptionGroup::Objective, true,
                       {{"ascending", "Ascending accuracy", "The weakest first."},
                        {"given", "As given", "In the order in which they were named."}}));
}

OptionRecord augmentRecord() {
  return choice(
      &TransferOptions::augment, {Augment::None, Augment::Flip, Augment::Strong},
      chosen("augment", "Augmentation", "How training images vary between epochs; all models see the same part.",
             OptionGroup::Data, true,
             {{"none", "None", "Centre crop only."},
              {"flip", "Horizontal flip", "Centre crop, mirrored half of the time."},
              {"strong", "Strong",
               "A random part of 8 to 100 % of the area, mirrored half of the time, with brightness, contrast "
               "and saturation changed by up to 40 %."}}));
}

OptionRecord badImagesRecord() {
  return choice(&TransferOptions::badImages, {BadImages::Stop, BadImages::Skip},
                chosen("bad-images", "Images that cannot be read", "What becomes of damaged or unreadable images.",
                       OptionGroup::Data, true,
                       {{"stop", "Stop", "The work ends with an error that names the image."},
                        {"skip", "Leave out", "They are found before the work begins, left out, counted and named."}}));
}

OptionRecord scheduleRecord() {
  return choice(&TransferOptions::schedule, {Schedule::Constant, Schedule::Cosine},
                chosen("schedule", "Schedule", "How the learning rate goes over the run.", OptionGroup::Optimiser, true,
                       {{"constant", "Constant", "The same in every step."},
                        {"cosine", "Cosine", "Rises over the warm-up, then falls to 0 along a half cosine."}}));
}

OptionRecord precisionRecord() {
  return choice(&TransferOptions::precision, {Precision::Fp32, Precision::Bf16, Precision::Auto},
                chosen("precision", "Precision",
                       "Of the student's training passes; comparisons, losses and evaluations are fp32 always.",
                       OptionGroup::Run, true,
                       {{"fp32", "fp32", "32-bit floating point."},
                        {"bf16", "bf16", "bfloat16 autocast."},
                        {"auto", "Automatic",
                         "bf16 where a short timing shows a gain; the result then depends on the machine."}}));
}

OptionRecord layoutRecord() {
  return choice(
      &TransferOptions::layout, {MemoryLayout::Auto, MemoryLayout::Contiguous, MemoryLayout::ChannelsLast},
      chosen("layout", "Memory layout", "How the student's images and filters lie in memory.", OptionGroup::Run, true,
             {{"auto", "Automatic", "Channels last where a short timing shows a gain (bf16, or a GPU)."},
              {"contiguous", "Contiguous", "Channel by channel."},
              {"channels-last", "Channels last", "Pixel by pixel."}}));
}

OptionRecord cacheRecord() {
  return choice(
      &TransferOptions::cache, {CacheUse::Auto, CacheUse::On, CacheUse::Off},
      chosen("cache", "Cache",
             "Whether what teachers and frozen student answer, and images once decoded, are kept and read by every run "
             "that shares them; no result changes.",
             OptionGroup::Run, true,
             {{"auto", "Automatic", "Where it takes fewer passes than running and decoding anew."},
              {"on", "On", "Wherever there is room."},
              {"off", "Off", "Teachers and frozen student run, and images are decoded, in every step."}}));
}

std::vector<OptionRecord> makeTable() {
  using O = TransferOptions;
  using G = OptionGroup;
  constexpr auto R = OptionType::Real;
  constexpr auto I = OptionType::Integer;
  const std::vector<Method> mcl{Method::XeKlMcl}, crd{Method::Crd};
  return {
      methodRecord(),
      only(logitMethods(),
           real(&O::temperature, {"temperature", "Temperature", "Softens both distributions in the distillation term.",
                                  "", "T", R, G::Objective, false, 0, 1000, true})),
      lambdaRecord(),
      directionRecord(),
      only(logitMethods(),
           integer(&O::topK, {"top-k", "Top classes",
                              "Restricts the divergence to the classes that the target ranks highest; 0 takes all.",
                              "classes", "k", I, G::Objective, true, 0, 1e6})),
      only(labelMethods(),
           real(&O::labelSmoothing, {"label-smoothing", "Label smoothing",
                                     "Share of a label that is spread over all classes in the cross-entropy.", "", "ε",
                                     R, G::Objective, true, 0, 0.999})),
      only(mcl, real(&O::mclTau, {"mcl-tau", "Slow weights' momentum", "What the slow weights keep of themselves.", "",
                                  "τ", R, G::Objective, false, 0, 1})),
      only(mcl,
           integer(&O::mclEvery, {"mcl-every", "Slow weights every", "Steps between two updates of the slow weights.",
                                  "steps", "N", I, G::Objective, false, 1, 1e6})),
      only(crd, real(&O::crdWeight,
                     {"crd-weight", "Contrastive weight", "Of the contrastive term beside one part of cross-entropy.",
                      "", "", R, G::Objective, false, 0, 1000})),
      only(crd, integer(&O::crdNegatives, {"crd-negatives", "Negatives",
                                           "Images of other classes that each one is held against; fewer where there "
                                           "are fewer.",
                                           "images", "K", I, G::Objective, false, 1, 1e6})),
      only(crd, real(&O::crdMomentum, {"crd-momentum", "Memory momentum", "What a remembered image keeps of itself.",
                                       "", "", R, G::Objective, true, 0, 1})),
      only(crd, real(&O::crdTemperature,
                     {"crd-temperature", "Contrastive temperature", "Divides the similarities in the contrastive term.",
                      "", "", R, G::Objective, true, 0, 100, true})),
      teachersRecord(),
      teacherOrderRecord(),
      flag(&O::soupBatchNorm, "soup-bn", "Re-estimate the soup's batch norm",
           "Takes new batch-norm means and variances for the averaged weights from the transfer set.", G::Objective),
      integer(&O::epochs,
              {"epochs", "Epochs", "Passes over the transfer set.", "epochs", "", I, G::Optimiser, false, 1, 100000}),
      real(&O::learningRate,
           {"lr", "Learning rate", "Step size of the optimiser.", "", "", R, G::Optimiser, false, 0, 100, true}),
      scheduleRecord(),
      real(&O::warmupEpochs, {"warmup-epochs", "Warm-up", "Epochs over which a cosine schedule rises from 0.", "epochs",
                              "", R, G::Optimiser, true, 0, 100000}),
      integer(&O::warmupLinearEpochs, {"warmup-linear-epochs", "Linear warm-up",
                                       "Epochs before the others in which only the classifier head trains.", "epochs",
                                       "", I, G::Optimiser, true, 0, 1000}),
      real(&O::momentum,
           {"momentum", "Momentum", "Share of the last step that is kept.", "", "", R, G::Optimiser, true, 0, 0.9999}),
      real(&O::weightDecay, {"weight-decay", "Weight decay", "Pull of every weight towards zero.", "", "", R,
                             G::Optimiser, true, 0, 10}),
      real(&O::clipNorm, {"clip-norm", "Gradient clipping", "Largest norm of the whole gradient; 0 does not clip.", "",
                          "", R, G::Optimiser, true, 0, 1e6}),
      flag(&O::freezeBatchNorm, "freeze-bn", "Freeze batch-norm statistics",
           "Keep the student's running means and variances as they were.", G::Optimiser),
      subsetRecord(),
      augmentRecord(),
      badImagesRecord(),
      integer(&O::batch,
              {"batch", "Batch size", "Samples in one step.", "samples", "n", I, G::Data, false, 1, 1048576}),
      integer(&O::microBatch, {"micro-batch", "Micro-batch",
                               "Samples in one pass; gradients are gathered until the batch is full. 0 takes the batch "
                               "at once.",
                               "samples", "", I, G::Data, true, 0, 1048576}),
      real(&O::evaluateEvery,
           {"eval-every", "Evaluate every", "Epochs between evaluations; 0.5 evaluates twice an epoch.", "epochs", "",
            R, G::Run, true, 0, 100000, true}),
      real(&O::saveEvery,
           {"save-every", "Save every", "Epochs between saved states, from which an interrupted run goes on.", "epochs",
            "", R, G::Run, true, 0, 100000, true}),
      precisionRecord(),
      layoutRecord(),
      integer(&O::seed, {"seed", "Seed", "Decides the transfer set, the order and the views.", "", "", I, G::Run, true,
                         0, kLargestSeed}),
      deviceRecord(),
      integer(&O::threads,
              {"threads", "Compute threads", "0 lets the program choose.", "threads", "", I, G::Run, true, 0, 1024}),
      cacheRecord(),
  };
}

}  // namespace

std::span<const OptionRecord> transferOptionTable() {
  static const std::vector<OptionRecord> table = makeTable();
  return table;
}

}  // namespace gf
