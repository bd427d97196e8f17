// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <set>

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"
#include "report/json_text.h"
#include "report/migrations.h"
#include "report_material.h"

using namespace gf;
using namespace gf::test;
using Json = nlohmann::ordered_json;

namespace {

const std::filesystem::path kKept = GF_TEST_DATA;

Json kept(const char* name) {
  return parseJsonFile(kKept / name, 1 << 20);
}

Json reportOf(const Plan& plan) {
  Material m;
  makeMaterial(plan, m);
  return buildReport(m.input);
}

/// Every key of `object`, by pointer, arrays by their first element.
void keysOf(const Json& object, const std::string& at, std::set<std::string>& keys) {
  if (object.is_array() && !object.empty()) keysOf(object[0], at + "/0", keys);
  if (!object.is_object()) return;
  for (const auto& [key, value] : object.items()) {
    keys.insert(at + "/" + key);
    keysOf(value, at + "/" + key, keys);
  }
}

/// The words of the warnings that `act` logs.
template <class Act>
std::string warningsOf(const Act& act) {
  std::string text;
  const LogSubscription subscription([&](const LogEntry& entry) {
    if (entry.level == LogLevel::Warning) text += entry.text + "\n";
  });
  act();
  return text;
}

}  // namespace

TEST_CASE("kept reports of earlier programs are read and drawn") {
  ScratchFolder scratch;
  const auto open = [&](const char* name) {
    std::filesystem::copy_file(kKept / name, scratch / "report.json",
                               std::filesystem::copy_options::overwrite_existing);
    std::vector<std::string> ids;
    for (const auto& figure : openResult(scratch.path()).figures) ids.push_back(figure.id);
    return ids;
  };
  using Ids = std::vector<std::string>;
  const Ids run{"outcomes", "flips", "class-changes", "gain-against-loss", "transfer-rate", "routing"};
  CHECK(open("revision-0-run.json") == run);
  CHECK(open("revision-1-run.json") == run);
  CHECK(open("revision-1-comparison.json").size() == 4);
  CHECK(open("revision-1-soup.json").back() == "interpolation");
}

TEST_CASE("the first revision gets the one stage it had, and null for what was not measured") {
  const Json old = kept("revision-0-run.json");
  CHECK(revisionOf(old, "x") == 0);
  const Json report = liftTo1(old, "x");
  CHECK(revisionOf(report, "x") == 1);
  const Json& transfer = report.at("transfer");
  CHECK(transfer.at("mode") == "single");
  CHECK(transfer.at("against") == "teacher");
  CHECK(transfer.at("teachers") == Json::array({old.at("transfer").at("teacher")}));
  CHECK(transfer.at("memory_bytes").is_null());
  CHECK(transfer.at("layout_reason").get<std::string>().find("did not record") != std::string::npos);
  const Json& stage = transfer.at("stages").at(0);
  CHECK(stage.at("delta_stage") == transfer.at("delta"));
  CHECK(stage.at("accuracy") == old.at("after").at("accuracy"));
  CHECK(stage.at("routing").at("teachers").at(0).at("positive") == transfer.at("routing").at("positive"));
  for (const auto& [key, value] : old.at("transfer").items()) CHECK(transfer.at(key) == value);
}

TEST_CASE("the second revision computes what counts say, as a new report would") {
  for (const Plan& plan : {Plan{.name = "c", .teachers = 3}, Plan{.name = "t", .transferred = true},
                           Plan{.name = "s", .teachers = 2, .transferred = true, .mode = TeacherMode::Soup}}) {
    const Json fresh = reportOf(plan);
    Json old = fresh;
    old.erase("revision");
    for (const char* moment : {"before", "after"}) {
      if (!old.contains(moment)) continue;
      for (auto& pair : old[moment]["teachers"]) {
        for (const char* key : {"mcnemar_p", "delta_accuracy_ci95", "said_instead", "partition"}) pair.erase(key);
      }
    }
    const auto strip = [](Json& holder) {
      holder["transfer_rate"].erase("positive_flips");
      for (auto& top : holder["transfer_rate"]["top_classes"]) top.erase("positive_flips");
    };
    if (plan.transferred) strip(old["transfer"]);
    if (plan.teachers > 1 && plan.transferred) {
      for (auto& each : old["transfer"]["per_teacher"]) strip(each);
    }
    CHECK(revisionOf(old, "x") == 1);
    const Json report = liftTo2(old, "x");
    std::set<std::string> wanted, found;
    keysOf(fresh, "", wanted);
    keysOf(report, "", found);
    for (const auto& key : wanted) {
      CAPTURE(key);
      const bool below =
          key.find("/said_instead/") != std::string::npos || key.find("/partition/") != std::string::npos;
      CHECK((below || found.count(key) == 1));
    }
    for (std::size_t t = 0; t < fresh.at("teachers").size(); ++t) {
      const Json &mine = report.at("before").at("teachers")[t], &its = fresh.at("before").at("teachers")[t];
      CHECK(mine.at("mcnemar_p") == its.at("mcnemar_p"));
      CHECK(mine.at("delta_accuracy_ci95") == its.at("delta_accuracy_ci95"));
      CHECK(mine.at("partition").is_null());
      CHECK(mine.contains("said_instead_reason"));
    }
    CHECK_NOTHROW(checkedReport(old, "x"));
  }
}

TEST_CASE("lifting changes nothing that is new, and nothing twice") {
  const Json fresh = reportOf({.name = "t", .transferred = true});
  CHECK(lifted(fresh, "x") == fresh);
  const Json once = lifted(kept("revision-0-run.json"), "x");
  CHECK(lifted(once, "x") == once);
  CHECK(checkedReport(once, "x") == once);
}

TEST_CASE("a later revision is read with a warning, when nothing is missing") {
  Json report = reportOf({.name = "t", .transferred = true});
  report["revision"] = 7;
  report["after"]["new_key"] = 1;
  Json read;
  const std::string said = warningsOf([&] { read = checkedReport(report, "later.json"); });
  CHECK(read == report);
  CHECK(said.find("later.json") != std::string::npos);
  CHECK(said.find("revision 7") != std::string::npos);
  CHECK(warningsOf([&] { checkedReport(reportOf({.name = "c"}), "x"); }).empty());
  report["before"]["teachers"][0].erase("mcnemar_p");
  CHECK_THROWS_AS(checkedReport(report, "later.json"), Error);
}

TEST_CASE("a file that says an earlier revision than it has is refused") {
  const auto refused = [](const Json& report, const std::string& key) {
    try {
      checkedReport(report, "odd.json");
      FAIL_CHECK("was read");
    } catch (const Error& error) {
      CHECK(error.subject() == "odd.json");
      CAPTURE(error.rule());
      CHECK(error.rule().find(key) != std::string::npos);
    }
  };
  Json report = reportOf({.name = "t", .transferred = true});
  report.erase("revision");
  refused(report, "\"revision\" must be there beside");
  report["revision"] = 1;
  refused(report, "\"revision\" must be a later one beside");
  report = kept("revision-1-run.json");
  report["transfer"].erase("mode");
  refused(report, "\"transfer.mode\" must be there beside \"teachers\"");
  report = kept("revision-0-run.json");
  report["teachers"].push_back(report["teachers"][0]);
  refused(report, "\"transfer.mode\" must be there with several teachers");
  report = kept("revision-1-comparison.json");
  report["meaning"] = Json::object();
  refused(report, "beside \"meaning\"");
}
