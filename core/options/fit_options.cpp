// SPDX-License-Identifier: Apache-2.0
#include "options/fit_options.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"

namespace gf {
namespace {

/// Options that mean nothing without a teacher.
bool needsTeacher(const OptionRecord& record) {
  static const std::set<std::string_view> kTheirs{"method",        "lambda",  "direction",   "top-k", "teachers",
                                                  "teacher-order", "soup-bn", "temperature", "cache"};
  return kTheirs.contains(record.id) || !actsOn(record, Method::XeKl);
}

/// The record in words that fit a training without a teacher.
OptionRecord reworded(OptionRecord record) {
  struct Words {
    std::string_view id, label, help;
  };
  static constexpr Words kWords[] = {
      {"epochs", "Epochs", "Passes over the training images."},
      {"freeze-bn", "Freeze batch-norm statistics", "Keep the running means and variances as they were."},
      {"subset", "Training images",
       "Part of the training split that is used: a share of every class, or a count such as 600perclass."},
      {"precision", "Precision", "Of the training passes; losses and evaluations are fp32 always."},
      {"layout", "Memory layout", "How images and filters lie in memory."},
      {"seed", "Seed", "Decides a new head, the training images, the order and the views."}};
  for (const Words& words : kWords) {
    if (words.id != record.id) continue;
    record.label = words.label;
    record.help = words.help;
  }
  return record;
}

/// Place of what was chosen, which is the enumeration's value.
std::size_t placeOf(const FitOptions& options, const FitChoice& choice) {
  if (choice.id == "layers") return static_cast<std::size_t>(options.layers);
  if (choice.id == "head") return static_cast<std::size_t>(options.head);
  return static_cast<std::size_t>(options.classes);
}

const OptionRecord* fitRecord(std::string_view id) {
  for (const auto& record : fitOptionTable()) {
    if (record.id == id) return &record;
  }
  return nullptr;
}

}  // namespace

TransferOptions fitTraining() {
  TransferOptions training;
  training.method = Method::XeKl;
  training.lambda = 0;
  training.learningRate = 0.01;
  training.subset = {false, 1};
  return training;
}

std::span<const OptionRecord> fitOptionTable() {
  static const std::vector<OptionRecord> table = [] {
    std::vector<OptionRecord> records;
    for (const auto& record : transferOptionTable()) {
      if (!needsTeacher(record)) records.push_back(reworded(record));
    }
    return records;
  }();
  return table;
}

std::span<const FitChoice> fitChoices() {
  static const std::vector<FitChoice> choices{
      {"layers",
       "What trains",
       "Which weights change.",
       {{"head", "The classifier head", "The last linear layer; the rest of the model stays as it is."},
        {"all", "All layers", "Fine-tuning of the whole model, or training from fresh weights."}}},
      {"head",
       "Classifier head",
       "What becomes of the last linear layer.",
       {{"auto", "Automatic", "Kept where the model knows every class of the data, else new."},
        {"keep", "Keep", "The model's own outputs; the loss runs over all of them."},
        {"new", "New", "A fresh one with an output for each class of the data."}}},
      {"classes",
       "Classes",
       "Whose images are used.",
       {{"all", "All of the data", "Every image."},
        {"shared", "Shared with the model",
         "Images of classes that model and data both know, by ImageNet id or name; the head is kept."}}}};
  return choices;
}

std::string_view chosenId(const FitOptions& options, const FitChoice& choice) {
  return choice.choices.at(placeOf(options, choice)).id;
}

void choose(FitOptions& options, const FitChoice& choice, std::string_view id) {
  std::string all;
  for (std::size_t i = 0; i < choice.choices.size(); ++i) {
    all += (i == 0 ? "" : i + 1 == choice.choices.size() ? " or " : ", ") + std::string(choice.choices[i].id);
    if (choice.choices[i].id != id) continue;
    if (choice.id == "layers") options.layers = static_cast<FitLayers>(i);
    if (choice.id == "head") options.head = static_cast<FitHead>(i);
    if (choice.id == "classes") options.classes = static_cast<FitClasses>(i);
    return;
  }
  failUsage("--" + std::string(choice.id), "must be " + all, std::string(id));
}

std::string conflictIn(const FitOptions& options) {
  if (options.classes == FitClasses::Shared && options.head == FitHead::New)
    return "Shared classes are those that the model's own head knows. Keep the head, or take all classes.";
  if (options.layers == FitLayers::Head && options.training.warmupLinearEpochs > 0)
    return "A linear warm-up trains the head alone, as --layers head does throughout. Leave one of them out.";
  if (options.layers == FitLayers::Head && options.training.freezeBatchNorm)
    return "Only the head trains, so batch norm keeps its statistics anyway. Leave --freeze-bn out.";
  return conflictIn(options.training, 1);
}

nlohmann::ordered_json toJson(const FitOptions& options) {
  nlohmann::ordered_json object;
  for (const auto& choice : fitChoices()) object[std::string(choice.id)] = chosenId(options, choice);
  const auto all = toJson(options.training);
  for (const auto& record : fitOptionTable()) object[std::string(record.id)] = all.at(std::string(record.id));
  return object;
}

void applyJson(FitOptions& options, const nlohmann::json& object, const std::string& subject) {
  if (!object.is_object()) failInput(subject, "the options must be a JSON object", object.type_name());
  nlohmann::json ofTable = nlohmann::json::object();
  for (const auto& [key, value] : object.items()) {
    const auto& choices = fitChoices();
    const auto choice = std::find_if(choices.begin(), choices.end(), [&](const auto& each) { return each.id == key; });
    if (choice == choices.end()) {
      if (!fitRecord(key)) failInput(subject, "\"" + key + "\" must be an option of a fit", "an unknown name");
      ofTable[key] = value;
    } else if (value.is_string()) {
      try {
        choose(options, *choice, value.get<std::string>());
      } catch (const Error& error) {
        failInput(subject, "\"" + key + "\" " + error.rule(), error.observed());
      }
    } else {
      failInput(subject, "\"" + key + "\" must be text", value.type_name());
    }
  }
  applyJson(options.training, ofTable, subject);
}

std::vector<std::string> toFlags(const FitOptions& options) {
  std::vector<std::string> flags{"--layers", std::string(chosenId(options, fitChoices()[0]))};
  const FitOptions defaults;
  for (const auto& choice : fitChoices().subspan(1)) {
    if (chosenId(options, choice) == chosenId(defaults, choice)) continue;
    flags.insert(flags.end(), {"--" + std::string(choice.id), std::string(chosenId(options, choice))});
  }
  for (const auto& record : fitOptionTable()) {
    const OptionValue value = record.get(options.training);
    if (value == record.get(defaults.training)) continue;
    flags.push_back("--" + std::string(record.id));
    if (record.type != OptionType::Boolean) flags.push_back(valueText(value));
  }
  return flags;
}

}  // namespace gf
