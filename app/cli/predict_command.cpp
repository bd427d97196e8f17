// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "jobs/predict_job.h"
#include "report/text.h"

namespace gf {
namespace {

struct PredictArguments {
  explicit PredictArguments(CLI::App& command) : meta(command), flags(command) {}
  ModelMetaFlag meta;
  RunFlags flags;
  std::string model, data, out, split = "eval";
  bool overwrite = false, json = false;
};

int predictFile(const PredictArguments& arguments) {
  Terminal terminal(arguments.json);
  PredictRequest request;
  request.model = arguments.meta.choice(arguments.model);
  request.data = arguments.data;
  if (arguments.split != "eval" && arguments.split != "train") {
    failUsage("--split", "must be eval or train", arguments.split);
  }
  request.trainSplit = arguments.split == "train";
  request.out = arguments.out;
  request.overwrite = arguments.overwrite;
  request.device = arguments.flags.device();
  request.threads = arguments.flags.threads();
  const PredictResult result = predictInto(request, terminal.control());
  terminal.say(countedText(static_cast<std::int64_t>(result.samples), "image", "images") + " × " +
               countedText(static_cast<std::int64_t>(result.classes), "class", "classes") + " in " + arguments.out);
  terminal.result({{"file", arguments.out}, {"samples", result.samples}, {"classes", result.classNames}});
  return kDone;
}

}  // namespace

void addPredict(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand("predict", "Write the logits of one model for every image of a data set");
  auto arguments = std::make_shared<PredictArguments>(*command);
  const auto required = [&](const char* name, std::string& value, const char* help, const char* placeholder) {
    command->add_option(name, value, help)->required()->option_text(placeholder)->group(kInputGroup);
  };
  required("--model", arguments->model, "The checkpoint", "FILE");
  required("--data", arguments->data, "Data folder, as compare takes it", "FOLDER");
  required("--out", arguments->out,
           "NumPy file: float32, a row for each image in the data's order, a column for each class of the model",
           "FILE.npy");
  command->add_option("--split", arguments->split, "Which images: eval or train [eval]")
      ->option_text("NAME")
      ->group(kInputGroup);
  command->add_flag("--overwrite", arguments->overwrite, "Replace an earlier array in --out")->group(kInputGroup);
  addJsonFlag(*command, arguments->json, "Print one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] { run = [arguments] { return predictFile(*arguments); }; });
}

}  // namespace gf
