// SPDX-License-Identifier: Apache-2.0
// Times the index of a study: made anew, opened again, looked at once more, and when ten cells have come in.
//     bench_index FOLDER [CELLS] [CLASSES]
// makes a study of finished cells in FOLDER where there is none (reports of real shape; no students, which nothing here
// looks at) and prints JSON, seconds.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "study/index_material.h"

using namespace gf;
using namespace gf::test;

namespace {

constexpr std::size_t kNew = 10;

std::string patternOf(int classes) {
  Plan plan;
  plan.samples = 10 * classes;
  plan.classes = classes;
  plan.transferred = true;
  Material material;
  makeMaterial(plan, material);
  return fileText(buildReport(material.input));
}

/// `pattern` with changes that differ from cell to cell.
std::string reportOf(const std::string& pattern, std::size_t cell) {
  const double gain = static_cast<double>(cell % 97) / 1000, loss = static_cast<double>(cell % 89) / 1000;
  std::string text = pattern;
  for (const auto& [key, value] : {std::pair{"\"gain\": ", gain}, {"\"loss\": ", loss}, {"\"delta\": ", gain - loss}}) {
    const std::size_t at = text.find(key, text.find("\"transfer\": {")) + std::string(key).size();
    text.replace(at, text.find_first_of(",\n", at) - at, nlohmann::json(value).dump());
  }
  return text;
}

/// Not synced to the disk one by one, which would take longer than all that is timed here.
void write(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

void finish(const StudyStore& store, const std::string& name, const std::string& report) {
  fs::create_directories(store.folderOf(name));
  write(store.folderOf(name) / "report.json", report);
  write(store.root() / "marks" / (name + ".lock"), "");
  const fs::path mark = store.root() / "marks" / (name + ".done");
  write(mark, "{\"seconds\": 12.5}\n");
  fs::last_write_time(mark, fs::file_time_type::clock::now() - std::chrono::hours(1));
}

double secondsOf(const std::function<void()>& work) {
  const double start = monotonicSeconds();
  work();
  return monotonicSeconds() - start;
}

}  // namespace

int main(int count, char** words) {
  if (count < 2) return 2;
  const std::size_t cells = count > 2 ? static_cast<std::size_t>(std::atol(words[2])) : 10'000;
  const int classes = count > 3 ? std::atoi(words[3]) : 10;
  const StudyStore store(words[1]);
  int models = 2;
  while (static_cast<std::size_t>(4 * models * (models - 1)) < cells + kNew) ++models;
  MadeStore made(store, R"(["kl-dp"])", models, R"("seeds": [0, 1, 2, 3], )");
  made.expansion.cells.resize(cells + kNew);
  store.open(made.plan, made.models, made.expansion);
  const std::string pattern = patternOf(classes);
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const std::string& name = made.expansion.cells[cell].name;
    if (!store.isMarked(name)) finish(store, name, reportOf(pattern, cell));
  }
  for (std::size_t cell = cells; cell < cells + kNew; ++cell) {
    fs::remove(store.root() / "marks" / (made.expansion.cells[cell].name + ".done"));
  }
  fs::remove(store.root() / "index.sqlite");
  StudyIndex first(words[1]), again(words[1]);
  nlohmann::ordered_json said{{"cells", cells}, {"classes", classes}, {"report_bytes", pattern.size()}};
  said["anew"] = secondsOf([&] { first.refresh(); });
  said["opened_again"] = secondsOf([&] { again.refresh(); });
  said["nothing_new"] = secondsOf([&] { again.refresh(); });
  for (std::size_t cell = cells; cell < cells + kNew; ++cell) {
    finish(store, made.expansion.cells[cell].name, reportOf(pattern, cell));
  }
  said["ten_new"] = secondsOf([&] { again.refresh(); });
  said["index_bytes"] = fs::file_size(store.root() / "index.sqlite");
  std::puts(said.dump(1).c_str());
  return 0;
}
