// SPDX-License-Identifier: Apache-2.0
// Tables over settings: success, bins of Δacc, ranking, routing; and all cells as CSV.
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "knowledge/statistics.h"
#include "options/option_table.h"
#include "report/content_parts.h"
#include "report/text.h"
#include "study/aggregates.h"
#include "study/study_parts.h"
#include "study/table_parts.h"

namespace gf {
namespace {

std::string rateText(double share) {
  return fixedText(kPercent * share, 1);
}

StudyTableText successTable(const StudyTable& study, const PaperTables* paper) {
  StudyTableText text{"success", "Fig. 4a, 6", {}};
  ContentTable& table = text.table;
  table.title = "How often a transfer helps";
  table.head = {"Method",  "Median student (%)", "Quartiles (%)", "Range (%)", "Students", "Pairs", "Succeed",
                "All (%)", "Over seeds (%)",     "Mean delta"};
  if (paper) table.head.emplace_back("Median (paper, %)");
  for (const std::size_t s : pairedSettings(study)) {
    const auto pairs = study.pairsOf(s);
    const SuccessRates rates = successRates(pairs);
    const FiveNumbers& five = rates.overStudents;
    std::vector<double> deltas;
    for (const auto& pair : pairs) deltas.push_back(pair.delta);
    const double all = static_cast<double>(rates.successes) / static_cast<double>(rates.pairs);
    std::vector<std::string> row{
        study.settingNames[s],
        rateText(five.median),
        rateText(five.lower) + "–" + rateText(five.upper),
        rateText(five.least) + "–" + rateText(five.most),
        std::to_string(rates.students.size()),
        std::to_string(rates.pairs),
        std::to_string(rates.successes),
        rateText(all),
        rates.overSeeds ? rateText(rates.overSeeds->mean) + " ± " + rateText(rates.overSeeds->deviation) : kNoValue,
        pointsText(mean(deltas))};
    if (paper) {
      const auto median = paper->medianSuccess(study.settings[s]);
      row.push_back(median ? rateText(*median) : kNoValue);
    }
    table.rows.push_back(std::move(row));
  }
  table.note =
      "A transfer succeeds when its delta, averaged over the seeds, is above zero. A student's rate is its share "
      "of teachers; median, quartiles and range are over students. ± is over the seeds.";
  if (paper)
    table.note += " (paper): 400 pairs on a tenth of ImageNet; XE-KL is there slightly above the number given.";
  return text;
}

StudyTableText binsTable(const StudyTable& study) {
  StudyTableText text{"bins", "Fig. 4b", {}};
  ContentTable& table = text.table;
  table.title = "Transfer delta by the difference in accuracy";
  table.head = {"Method", "Δacc (points)", "Pairs", "Best 25 %: mean", "All: mean", "All: median"};
  table.words = 2;
  const auto edges = studyEdges(study);
  for (const std::size_t s : pairedSettings(study)) {
    for (const auto& bin : binnedDeltas(study.pairsOf(s), edges)) {
      table.rows.push_back({study.settingNames[s], binText(bin), std::to_string(bin.pairs), pointsText(bin.bestQuarter),
                            pointsText(bin.mean), pointsText(bin.median)});
    }
  }
  table.note =
      "Bins are equally wide over the pairs' Δacc (teacher minus student). The best quarter is chosen by outcome, "
      "as in the paper, and so says more than the transfers gave; mean and median are over all pairs of the bin.";
  return text;
}

void addRanking(const StudyTable& study, std::vector<StudyTableText>& texts) {
  const MethodRanking ranking = rankMethods(study);
  StudyTableText places{"ranking", "", {}}, contests{"contests", "", {}};
  places.table.title = "Methods in order over the same " + pairCount(ranking.pairs);
  places.table.head = {"Method", "Mean rank", "Mean delta"};
  for (const auto& place : ranking.places) {
    places.table.rows.push_back(
        {study.settingNames[place.setting], fixedText(place.meanRank, 2), pointsText(place.meanDelta)});
  }
  places.table.note = "Rank 1 is the best delta of a pair; equal ones share.";
  contests.table.title = "Methods against each other, pair by pair";
  contests.table.head = {"Method",          "Against",     "Better",     "Equal", "Worse",
                         "Mean difference", "Sign test p", "Wilcoxon p", "Holm p"};
  contests.table.words = 2;
  for (const auto& each : ranking.contests) {
    contests.table.rows.push_back({study.settingNames[each.a], study.settingNames[each.b], std::to_string(each.wins),
                                   std::to_string(each.ties), std::to_string(each.losses),
                                   pointsText(each.meanDifference), pText(each.signP), pText(each.rankP),
                                   pText(each.adjustedP)});
  }
  contests.table.note =
      "Over the pairs that both have. Both tests are exact and two-sided, Holm's correction is over all "
      "rows. They take pairs as independent, which pairs of one student or teacher are not: the p are optimistic.";
  texts.push_back(std::move(places));
  texts.push_back(std::move(contests));
}

StudyTableText routingTable(const StudyTable& study, const PaperTables* paper) {
  StudyTableText text{"routing", "Section 5.1", {}};
  ContentTable& table = text.table;
  table.title = "Which flips the partition gives to the teacher";
  table.head = {"Method", "Pairs", "Positive flips (%)", "Negative flips (%)"};
  for (const std::size_t s : pairedSettings(study)) {
    if (const auto routing = meanRouting(study.pairsOf(s))) {
      table.rows.push_back({study.settingNames[s], std::to_string(routing->pairs), rateText(routing->positive),
                            rateText(routing->negative)});
    }
  }
  table.note = "Means over the pairs, of the transfer set.";
  if (!paper || table.rows.empty()) return text;
  table.rows.push_back({"KL+DP (paper)", kNoValue, rateText(paper->routedPositive), rateText(paper->routedNegative)});
  table.note += " " + paperNote(*paper);
  return text;
}

std::string numberText(double value) {
  std::array<char, 32> buffer{};
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

std::string numberText(const std::optional<double>& value) {
  return value ? numberText(*value) : "";
}

std::string csvText(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

}  // namespace

std::vector<StudyTableText> methodTables(const StudyTable& study, const PaperTables* paper) {
  std::vector<StudyTableText> texts{successTable(study, paper), binsTable(study)};
  addRanking(study, texts);
  texts.push_back(routingTable(study, paper));
  return texts;
}

std::string cellsCsv(const std::vector<StudyCell>& cells) {
  std::string text =
      "folder,data,student,student_family,student_parameters,student_accuracy,teachers,teacher_accuracy,"
      "method,seed,options,gain,loss,delta,delta_positive_flips,delta_negative_flips,transfer_rate_paper,"
      "transfer_rate_strict,routed_positive,routed_negative\r\n";
  for (const auto& cell : cells) {
    std::string names, accuracies, flags;
    for (const auto& teacher : cell.teachers) {
      names += (names.empty() ? "" : ";") + teacher.name;
      accuracies += (accuracies.empty() ? "" : ";") + numberText(teacher.accuracy);
    }
    for (const auto& flag : toFlags(cell.options)) flags += (flags.empty() ? "" : " ") + flag;
    text += csvText(cell.from) + "," + csvText(cell.data) + "," + csvText(cell.student.name) + "," +
            csvText(cell.student.family) + "," + std::to_string(cell.student.parameters) + "," +
            numberText(cell.student.accuracy) + "," + csvText(names) + "," + accuracies + "," +
            std::string(idOf(cell.options.method)) + "," + std::to_string(cell.options.seed) + "," + csvText(flags);
    const SetRate whole = cell.rates.empty() ? SetRate{} : cell.rates.back();
    for (const double value : {cell.gain, cell.loss, cell.delta, cell.deltaPositive, cell.deltaNegative}) {
      text += "," + numberText(value);
    }
    for (const auto& value : {whole.paper, whole.strict, cell.routedPositive, cell.routedNegative}) {
      text += "," + numberText(value);
    }
    text += "\r\n";
  }
  return text;
}

}  // namespace gf
