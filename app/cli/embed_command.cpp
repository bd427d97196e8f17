// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "base/error.h"
#include "base/files.h"
#include "predictions/predictions.h"
#include "report/text.h"
#include "semantics/text_semantics.h"
#include "semantics/unicode.h"

namespace gf {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t kLargestList = std::size_t{64} << 20;  // bytes

struct EmbedArguments {
  std::string semantics, classes, out;
  std::vector<std::string> templates;
  bool overwrite = false, json = false;
};

/// A name a line, in UTF-8; an empty line may stand at the end only.
std::vector<std::string> namesIn(const std::string& file) {
  std::string text = readFile(file, kLargestList);
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= text.size() && !text.empty();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string name = text.substr(at, end - at);
    if (!name.empty() && name.back() == '\r') name.pop_back();
    const std::string line = file + ", line " + std::to_string(names.size() + 1);
    if (name.find_first_not_of(" \t") == std::string::npos)
      failInput(line, "must hold the name of a class", "a blank line");
    unicode::decode(name, line);
    names.push_back(std::move(name));
    at = end + 1;
  }
  if (names.empty()) failInput(file, "must hold the name of a class in each line", "an empty file");
  return names;
}

/// Asked before long work: an existing file is replaced on request only, and only if it is an array.
void checkOut(const EmbedArguments& arguments) {
  const fs::path out = arguments.out;
  std::error_code error;
  if (out.empty() || !out.has_filename())
    failUsage("--out", "must name a file", out.empty() ? "nothing" : out.string());
  const auto status = fs::status(out, error);
  if (!fs::exists(status)) return;
  if (!fs::is_regular_file(status))
    failUsage(out.string(), "the vectors must go into a file", "a folder or a special file");
  if (!arguments.overwrite) {
    failUsage(out.string(), "the file must be new", "a file that is there", "Choose another --out, or add --overwrite");
  }
  const SemanticsSpec spec = parseSemantics(arguments.semantics);
  for (const std::string& input : {arguments.classes, spec.path}) {
    if (!fs::equivalent(out, input, error)) continue;
    failUsage(out.string(), "a file that is read cannot be overwritten", input, "Choose another --out");
  }
  constexpr std::size_t kLargestArray = std::size_t{1} << 34;
  if (!readFile(out, kLargestArray).starts_with("\x93NUMPY")) {
    failUsage(out.string(), "only an earlier NumPy array may be overwritten", "another kind of file",
              "Choose another --out");
  }
}

ClassSemantics vectorsOf(const EmbedArguments& arguments, const std::vector<std::string>& names,
                         const Control& control) {
  const SemanticsSpec spec = parseSemantics(arguments.semantics);
  if (spec.kind == "clip" || spec.kind == "text") {
    const std::vector<std::string> raw{"{}"};
    return textSemantics(spec, names, arguments.templates.empty() ? raw : arguments.templates, control);
  }
  return classSemantics(spec, names, {});
}

void checkProvider(const EmbedArguments& arguments) {
  const std::string kind = parseSemantics(arguments.semantics).kind;
  if (kind == "wordnet") {
    failUsage("--semantics", "must have a vector for each class: clip:FOLDER, text:FOLDER or file:PATH",
              "wordnet, which knows how alike classes are but has no vectors");
  }
  if (kind == "file" && !arguments.templates.empty()) {
    failUsage("--template", "is for text encoders: clip:FOLDER or text:FOLDER", arguments.semantics);
  }
}

int embedNames(const EmbedArguments& arguments) {
  Terminal terminal(arguments.json);
  checkProvider(arguments);
  checkOut(arguments);
  const std::vector<std::string> names = namesIn(arguments.classes);
  const ClassSemantics semantics = vectorsOf(arguments, names, terminal.control());
  const fs::path out = arguments.out;
  std::error_code ignored;  // what fails here fails again, with its reason, when the file is written
  if (out.has_parent_path()) fs::create_directories(out.parent_path(), ignored);
  // An array [C, D] is written like logits [N, C]: float32, row by row.
  writeNpy(out, {names.size(), semantics.dimensions, semantics.vectors, {}});
  terminal.say(countedText(std::ssize(names), "class", "classes") + " × " +
               groupedText(static_cast<std::int64_t>(semantics.dimensions)) + " dimensions in " + out.string());
  for (const auto& note : semantics.notes) terminal.remark(note);
  terminal.result({{"file", out.string()},
                   {"classes", names.size()},
                   {"dimensions", semantics.dimensions},
                   {"notes", semantics.notes},
                   {"provenance", semantics.provenance}});
  return kDone;
}

}  // namespace

void addEmbed(CLI::App& program, Chosen& run) {
  auto* command = program.add_subcommand("embed", "Write vectors for class names: what they mean to a text encoder");
  auto arguments = std::make_shared<EmbedArguments>();
  const auto required = [&](const char* name, std::string& value, const char* help, const char* placeholder) {
    command->add_option(name, value, help)->required()->option_text(placeholder)->group(kInputGroup);
  };
  required("--semantics", arguments->semantics,
           "Whose vectors: clip:FOLDER or text:FOLDER (a CLIP model or a BERT sentence encoder as Hugging Face stores "
           "it), or "
           "file:PATH",
           "PROVIDER");
  required("--classes", arguments->classes, "Text file with the name of a class in each line", "NAMES.txt");
  required("--out", arguments->out, "NumPy file for the vectors: float32, a row of length one for each class",
           "FILE.npy");
  command
      ->add_option("--template", arguments->templates,
                   "Phrase with {} where the name belongs, such as \"a photo of a {}\"; several are averaged [{}]")
      ->option_text("TEXT...")
      ->group(kInputGroup);
  command->add_flag("--overwrite", arguments->overwrite, "Replace an earlier array in --out")->group(kInputGroup);
  addJsonFlag(*command, arguments->json, "Print one JSON object on stdout, and nothing else there");
  command->callback([arguments, &run] { run = [arguments] { return embedNames(*arguments); }; });
}

}  // namespace gf
