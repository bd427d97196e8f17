// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/shelf_compare.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "app/cli/figure_files.h"
#include "base/error.h"
#include "base/files.h"
#include "models/inspection.h"
#include "report/shelf_report.h"
#include "report/text.h"

namespace gf {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t kMostRows = 10;

std::string pairTable(const nlohmann::ordered_json& report) {
  std::vector<std::vector<std::string>> rows{
      {"teacher → student", "headroom", "positive flips", "negative flips", "Δacc (points)"}};
  for (const auto& pair : report.at("ranking")) {
    if (rows.size() > kMostRows) break;
    const auto share = [&](const char* key) { return percentString(pair.at(key).get<double>()); };
    rows.push_back({pair.at("teacher").get<std::string>() + " → " + pair.at("student").get<std::string>(),
                    share("headroom"), share("positive_flips"), share("negative_flips"),
                    signedString(100 * pair.at("delta_accuracy").get<double>(), 1)});
  }
  return tableText(rows);
}

void sayLeftOut(const std::vector<std::string>& leftOut, Terminal& terminal) {
  if (leftOut.empty()) return;
  terminal.say("");
  terminal.say("Left out: " + countedText(std::ssize(leftOut), "model", "models"));
  for (const auto& line : leftOut) terminal.say("  " + line);
}

}  // namespace

std::vector<std::string> shelfFiles(const std::vector<std::string>& given) {
  std::vector<std::string> files;
  std::set<fs::path> seen;
  const auto add = [&](const fs::path& path) {
    std::error_code ignored;
    if (seen.insert(fs::weakly_canonical(path, ignored)).second) files.push_back(path.string());
  };
  for (const auto& name : given) {
    std::error_code error;
    if (!fs::exists(name, error)) failInput(name, "the file must exist", "no such file or folder");
    if (!fs::is_directory(name, error)) {
      add(name);
      continue;
    }
    const auto inside = findCheckpoints(name);
    if (inside.empty()) {
      failInput(name, "a folder of a shelf must hold checkpoints (.pt, .pth, .ts, .torchscript)", "none");
    }
    for (const auto& path : inside) add(path);
  }
  return files;
}

int compareShelf(const ShelfRequest& request, const std::string& out, bool overwrite, Terminal& terminal) {
  std::vector<fs::path> inputs{request.data};
  for (const auto& model : request.models) inputs.push_back(model.path);
  checkResultFolder(out, overwrite, inputs);
  ShelfJob job(request);
  job.run(terminal.control());
  const auto shelf = job.result();
  makeResultFolder(out, overwrite);
  const bool drawn = writeResult({out, shelf->report, {}, {}, shelf->figures}, terminal.control());
  terminal.say(shelfHeadline(shelf->report));
  terminal.say("");
  terminal.say(pairTable(shelf->report));
  sayLeftOut(shelf->leftOut, terminal);
  sayImagesLeftOut(shelf->report.at("evaluation"), shelf->data.evalName, terminal);
  terminal.say("");
  terminal.say("Report   " + (fs::path(out) / "report.json").string());
  terminal.say("Figures  " + (fs::path(out) / "figures").string());
  terminal.result(shelf->report);
  return drawn ? kDone : sayUndrawn(out, terminal);
}

}  // namespace gf
