// SPDX-License-Identifier: Apache-2.0
// A pair or a run as pages.
#include <algorithm>
#include <utility>

#include "report/content_parts.h"
#include "report/text.h"

namespace gf {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t samplesOf(const Json& report) {
  return report.at("evaluation").at("samples").get<std::int64_t>();
}

std::string nameOf(const Json& model) {
  return model.at("name").get<std::string>();
}

ContentSection modelsSection(const Json& report) {
  ContentTable table;
  table.head = {"Part", "Model", "Family", "SHA-256", "Parameters", "Accuracy"};
  table.words = 4;
  const auto samples = samplesOf(report);
  const auto add = [&](const char* part, const Json& model) {
    table.rows.push_back({part, nameOf(model), model.at("family").get<std::string>(),
                          shortHash(model.at("sha256").get<std::string>()),
                          parametersText(model.at("parameters").get<std::int64_t>()),
                          percentString(model.at("accuracy").get<double>())});
  };
  add("Student", report.at("student"));
  for (const auto& teacher : report.at("teachers")) add("Teacher", teacher);
  table.note = "Accuracy before any transfer.";
  const auto& data = report.at("manifest").at("data");
  return {"Models and data",
          {"Evaluated on " + report.at("evaluation").at("name").get<std::string>() + " of " +
           data.at("path").get<std::string>() + " (" + data.at("kind").get<std::string>() +
           "): " + countedText(samples, "image", "images") + " of " +
           countedText(report.at("evaluation").at("classes").get<std::int64_t>(), "class", "classes") + "." +
           leftOutSentence(report.at("evaluation"), "the evaluation split") +
           (report.contains("transfer") ? leftOutSentence(report.at("transfer"), "the transfer set") : "")},
          {std::move(table)},
          {}};
}

/// One moment of the student against every teacher.
ContentTable momentTable(const Json& report, const char* moment, std::string title) {
  ContentTable table;
  table.title = std::move(title);
  table.head = {"Teacher",
                "Only the teacher right",
                "Only the student right",
                "Both right",
                "Both wrong",
                "Lead in accuracy (95 % interval, points)",
                "McNemar's p"};
  const auto samples = samplesOf(report);
  for (const auto& pair : report.at(moment).at("teachers")) {
    std::vector<std::string> row{nameOf(pair)};
    for (const char* key : {"only_teacher", "only_student", "both_right", "both_wrong"}) {
      const auto count = pair.at("counts").at(key).get<std::int64_t>();
      row.push_back(groupedText(count) + " (" +
                    percentString(static_cast<double>(count) / static_cast<double>(samples)) + ")");
    }
    row.push_back(differenceCell(pair.at("delta_accuracy").get<double>(), pair.at("delta_accuracy_ci95")));
    row.push_back(pText(pair.at("mcnemar_p").get<double>()));
    table.rows.push_back(std::move(row));
  }
  table.note = "Images and shares of " + groupedText(samples) +
               ". The interval is a bootstrap over the images; p is of the exact paired test.";
  return table;
}

ContentTable changeTable(const Json& report) {
  const auto& transfer = report.at("transfer");
  const auto samples = samplesOf(report);
  const auto points = [](double share) { return signedString(100 * share, 2); };
  ContentTable table;
  table.head = {"Key number", "Value"};
  const auto add = [&](const char* name, std::string value) { table.rows.push_back({name, std::move(value)}); };
  add("Accuracy before", percentString(report.at("before").at("accuracy").get<double>(), 2));
  add("Accuracy after", percentString(report.at("after").at("accuracy").get<double>(), 2));
  add("Transfer delta (95 % interval, points)",
      differenceCell(transfer.at("delta").get<double>(), transfer.at("delta_ci95")));
  add("McNemar's p", pText(transfer.at("mcnemar_p").get<double>()));
  add("Learned", shareCell(transfer.at("gain"), samples));
  add("Forgotten", shareCell(transfer.at("loss"), samples));
  add("Change of the positive flips (points)", points(transfer.at("delta_positive_flips").get<double>()));
  add("Change of the negative flips (points)", points(transfer.at("delta_negative_flips").get<double>()));
  const auto rate = [](const Json& value) { return value.is_null() ? "–" : percentString(value.get<double>()); };
  add("Transfer rate, all that was learned", rate(transfer.at("transfer_rate").at("paper")));
  add("Transfer rate, positive flips that arrived", rate(transfer.at("transfer_rate").at("strict")));
  add("Positive flips that the partition gives to the teacher", rate(transfer.at("routing").at("positive")));
  add("Negative flips that the partition gives to the teacher", rate(transfer.at("routing").at("negative")));
  add("Transfer set", countedText(transfer.at("transfer_samples").get<std::int64_t>(), "image", "images"));
  add("Training", shortNumber(transfer.at("epochs").get<double>(), 2) + " epochs, " +
                      durationText(transfer.at("training_seconds").get<double>()));
  table.note = "Images and shares of " + groupedText(samples) + ". A dash: not defined for this run.";
  return table;
}

ContentTable stagesTable(const Json& report) {
  const auto samples = samplesOf(report);
  ContentTable table;
  table.title = "Stages";
  table.head = {"Teacher", "Accuracy", "Learned", "Forgotten", "Delta (points)", "Of the stage (points)"};
  for (const auto& stage : report.at("transfer").at("stages")) {
    std::vector<std::string> names = stage.at("teachers").get<std::vector<std::string>>();
    table.rows.push_back({listText(names), percentString(stage.at("accuracy").get<double>(), 2),
                          shareCell(stage.at("gain"), samples), shareCell(stage.at("loss"), samples),
                          signedString(100 * stage.at("delta").get<double>(), 2),
                          signedString(100 * stage.at("delta_stage").get<double>(), 2)});
  }
  return table;
}

ContentSection numbersSection(const Json& report) {
  ContentSection section{"Key numbers", {}, {}, {}};
  if (!report.contains("transfer")) {
    section.tables.push_back(momentTable(report, "before", ""));
    return section;
  }
  const auto& transfer = report.at("transfer");
  section.paragraphs.push_back("Method " + transfer.at("method").get<std::string>() + ", learned from " +
                               transfer.at("teacher").get<std::string>() +
                               (transfer.at("finished").get<bool>() ? "." : "; stopped early, the student so far."));
  section.tables.push_back(changeTable(report));
  section.tables.push_back(momentTable(report, "before", "Before the transfer"));
  section.tables.push_back(momentTable(report, "after", "After it"));
  if (transfer.at("stages").size() > 1) section.tables.push_back(stagesTable(report));
  return section;
}

/// What was said instead of the truth, of each teacher and both kinds of flips.
void addSaid(const Json& report, ContentSection& section) {
  constexpr std::size_t kMost = 10;
  const auto className = [&](const Json& index) { return nameOf(report.at("classes").at(index.get<std::size_t>())); };
  for (const auto& pair : report.at("before").at("teachers")) {
    if (pair.at("said_instead").is_null()) continue;
    for (const bool positive : {true, false}) {
      const auto& said = pair.at("said_instead").at(positive ? "positive" : "negative");
      const auto flips = said.at("flips").get<std::int64_t>();
      if (flips == 0) continue;
      ContentTable table;
      table.title = positive ? "What the student said where only " + nameOf(pair) + " is right"
                             : "What " + nameOf(pair) + " said where only the student is right";
      table.head = {"Truth", "Said", "Images", "Share"};
      table.words = 2;
      for (const auto& each : said.at("largest")) {
        if (table.rows.size() == kMost) break;
        const auto samples = each.at("samples").get<std::int64_t>();
        table.rows.push_back({className(each.at("truth")), className(each.at("said")), groupedText(samples),
                              percentString(static_cast<double>(samples) / static_cast<double>(flips))});
      }
      table.note = "The largest of " + countedText(said.at("pairs").get<std::int64_t>(), "pair", "pairs") +
                   "; shares of " + countedText(flips, "image", "images") + ".";
      section.tables.push_back(std::move(table));
    }
  }
}

/// Who said what the classes mean.
std::vector<std::string> meaningParagraphs(const Json& report) {
  if (!report.contains("meaning")) return {};
  const auto& meaning = report.at("meaning");
  constexpr std::pair<const char*, const char*> kSources[] = {{"wordnet", "WordNet"},
                                                              {"clip", "a CLIP text encoder"},
                                                              {"text", "a sentence encoder"},
                                                              {"file", "a file of vectors"},
                                                              {"head", "the rows of a classifier"}};
  auto source = meaning.at("provider").get<std::string>();
  for (const auto& [id, name] : kSources) {
    if (source == id) source = name;
  }
  std::vector<std::string> paragraphs{"The meaning of the classes is taken from " + source + "."};
  for (const auto& note : meaning.at("notes")) paragraphs.push_back(note.get<std::string>());
  return paragraphs;
}

bool isOneOf(const std::string& id, std::initializer_list<const char*> stems) {
  return std::any_of(stems.begin(), stems.end(),
                     [&](const char* stem) { return id == stem || id.starts_with(std::string(stem) + "-"); });
}

}  // namespace

ReportContent pairContent(const Result& result) {
  const Json& report = result.report;
  ReportContent content;
  std::vector<std::string> teachers;
  for (const auto& teacher : report.at("teachers")) teachers.push_back(nameOf(teacher));
  const bool transferred = report.contains("transfer");
  content.title = (transferred ? "Transfer from " : "Comparison of ") + listText(teachers) +
                  (transferred ? " to " : " with ") + nameOf(report.at("student"));
  ContentSection know{"What the models know", {}, {}, {}}, changed{"What the transfer changed", {}, {}, {}};
  ContentSection meaning{"Where the difference lies", meaningParagraphs(report), {}, {}};
  for (const auto& figure : result.figures) {
    const bool pair = isOneOf(figure.id, {"outcomes", "flips", "said-instead", "partition"});
    const bool means = isOneOf(figure.id, {"top-similarity", "groups", "class-map", "meaning-map", "similarity"});
    (pair ? know : means ? meaning : changed).figures.push_back(figure);
  }
  addSaid(report, know);
  content.sections.push_back(modelsSection(report));
  content.sections.push_back(numbersSection(report));
  if (transferred) content.sections.push_back(std::move(changed));
  content.sections.push_back(std::move(know));
  content.sections.push_back(std::move(meaning));
  content.sections.push_back(classSection(report));
  return content;
}

}  // namespace gf
