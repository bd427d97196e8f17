// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "jobs/bench.h"
#include "jobs/preview_job.h"
#include "jobs/resume.h"
#include "jobs/transfer_job.h"
#include "report/result_folder.h"

using namespace gf;
namespace fs = std::filesystem;
namespace {

struct Workbench : gf_test::Bench {
  fs::path out(const std::string& name) const { return *this / name; }

  TransferRequest request(const std::string& name, Method method) const {
    TransferRequest request;
    request.student = {sample.pair.student, nullptr};
    request.teachers = {{sample.pair.teacher, nullptr}};
    request.data = sample.slice;
    request.out = out(name);
    request.options = suggestedTransfer(sample.onSlice);
    request.options.method = method;
    request.options.epochs = 2;
    request.options.threads = 1;
    request.options.device = "cpu";
    return request;
  }
};

double number(const nlohmann::ordered_json& report, const char* pointer) {
  return report.at(nlohmann::ordered_json::json_pointer(pointer)).get<double>();
}

/// The identities of the method hold in what was written.
void checkIdentities(const nlohmann::ordered_json& report) {
  const double before = number(report, "/before/accuracy"), after = number(report, "/after/accuracy");
  const double delta = number(report, "/transfer/delta");
  CHECK(delta == doctest::Approx(after - before).epsilon(1e-12));
  CHECK(std::abs(number(report, "/transfer/gain") - number(report, "/transfer/loss") - delta) < 1e-12);
  const double change =
      number(report, "/transfer/delta_negative_flips") - number(report, "/transfer/delta_positive_flips");
  CHECK(std::abs(change - delta) < 1e-12);
  for (const char* moment : {"/before", "/after"}) {
    const std::string at = std::string(moment) + "/teachers/0/";
    const double flips =
        number(report, (at + "positive_flips").c_str()) - number(report, (at + "negative_flips").c_str());
    CHECK(std::abs(flips - number(report, (at + "delta_accuracy").c_str())) < 1e-12);
  }
}

std::vector<std::pair<std::string, at::Tensor>> tensorsOf(const fs::path& file) {
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  const auto module = torch::jit::load(file.string());
  for (const auto& each : module.named_parameters()) tensors.emplace_back(each.name, each.value);
  for (const auto& each : module.named_buffers()) tensors.emplace_back(each.name, each.value);
  return tensors;
}

}  // namespace

TEST_CASE("the sample is complete and a comparison of its pair shows complementary knowledge") {
  const Workbench bench;
  CHECK(bench.sample.models.size() >= 8);
  for (const auto& model : bench.sample.models) CHECK_MESSAGE(fs::exists(model), model.string());
  CompareJob job(
      {{bench.sample.pair.student, nullptr}, {{bench.sample.pair.teacher, nullptr}}, bench.sample.slice, "cpu", 1});
  job.run({});
  const auto result = job.result();
  REQUIRE(result);
  const auto& all = result->knowledge.front().all;
  CHECK(all.samples == 1000);
  CHECK(all.positiveFlips() > 0.05);  // several times the noise floor err(s)/c
  CHECK(all.positiveFlips() - all.negativeFlips() == doctest::Approx(all.deltaAccuracy()).epsilon(1e-12));
  CHECK_FALSE(result->report.contains("transfer"));
  CHECK(result->report.at("manifest").at("threads") == 1);
}

TEST_CASE("a transfer writes a whole result folder, twice the same to the last bit") {
  const Workbench bench;
  for (const Method method : {Method::KlDp, Method::XeKl}) {
    CAPTURE(idOf(method));
    const std::string name(idOf(method));
    TransferJob first(bench.request(name + "-1", method)), second(bench.request(name + "-2", method));
    first.run({});
    second.run({});
    const fs::path folder = first.request().out;
    for (const char* file : {"report.json", "metrics.jsonl", "student.pt", "subset.json", "log.txt"}) {
      CHECK_MESSAGE(fs::exists(folder / file), file);
    }
    CHECK_FALSE(fs::is_empty(folder / "figures"));
    const Result opened = openResult(folder);
    CHECK(opened.report == *first.report());
    checkIdentities(opened.report);
    CHECK(readSubset(folder / "subset.json").indices.size() == 600);

    const auto a = tensorsOf(folder / "student.pt"), b = tensorsOf(second.request().out / "student.pt");
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) CHECK_MESSAGE(a[i].second.equal(b[i].second), a[i].first);
  }
}

TEST_CASE("an existing folder is refused unless it may be overwritten, and then only an earlier result") {
  const Workbench bench;
  auto request = bench.request("once", Method::Kl);
  request.options.epochs = 1;
  TransferJob(request).run({});
  const std::string before = readFile(request.out / "report.json", 1 << 24);
  CHECK_THROWS_AS(TransferJob(request).run({}), Error);
  CHECK(readFile(request.out / "report.json", 1 << 24) == before);
  request.overwrite = true;
  TransferJob(request).run({});

  auto foreign = bench.request("foreign", Method::Kl);
  fs::create_directories(foreign.out);
  writeAtomically(foreign.out / "thesis.tex", "years of work");
  foreign.overwrite = true;
  CHECK_THROWS_AS(TransferJob(foreign).run({}), Error);
  CHECK(fs::exists(foreign.out / "thesis.tex"));
}

TEST_CASE("a stop keeps the student so far; with discard nothing stays") {
  const Workbench bench;
  for (const bool discard : {false, true}) {
    CAPTURE(discard);
    auto request = bench.request(discard ? "discarded" : "kept", Method::KlDp);
    request.options.epochs = 1000;
    TransferJob job(request);
    std::stop_source stop;
    // The first report of the transfer itself asks for the stop: no clock is involved.
    const Control control(stop.get_token(), nullptr, [&](const Progress&) {
      if (job.isPreparing()) return;
      if (discard) job.discard();
      stop.request_stop();
    });
    CHECK_THROWS_AS(job.run(control), Stopped);
    CHECK(fs::exists(request.out) == !discard);
    if (discard) continue;
    CHECK(fs::exists(request.out / "student.pt"));
    const Result kept = openResult(request.out);
    checkIdentities(kept.report);
  }
}

TEST_CASE("a preview tells the partition and the cost before a transfer") {
  const Workbench bench;
  PreviewJob job(bench.request("unused", Method::KlDp));
  job.run({});
  const auto preview = job.result();
  REQUIRE(preview);
  CHECK(preview->transferSamples == 600);
  CHECK(preview->supervised.total.samples == 600);
  CHECK(preview->unsupervised.total.samples == 600);
  CHECK(preview->estimatedSeconds > 0);
  CHECK(preview->memoryBytes > 0);
  CHECK(preview->diskBytes > 0);
  CHECK_FALSE(fs::exists(bench.out("unused")));
}

TEST_CASE("models and data that do not fit are refused before anything is written") {
  const Workbench bench;
  auto request = bench.request("never", Method::KlDp);
  request.data = bench.out("nowhere");
  CHECK_THROWS_AS(TransferJob(request).run({}), Error);
  request = bench.request("never", Method::KlDp);
  request.teachers.front().path = bench.sample.slice / "LICENSE";
  CHECK_THROWS_AS(TransferJob(request).run({}), Error);
  CHECK_FALSE(fs::exists(request.out));
}

TEST_CASE("a folder can be gone on with once it holds the beginnings of a run, by one program at a time") {
  const Workbench bench;
  auto request = bench.request("interrupted", Method::Kl);
  request.resume = true;
  CHECK(beginningOf(request) == Beginning::Fresh);
  std::stop_source stop;
  // Without a partition the first thing a run reports is its first step; later ones come at a bounded rate.
  const Control control(stop.get_token(), nullptr, [&](const Progress& progress) {
    if (progress.stage.starts_with("Epoch")) stop.request_stop();
  });
  CHECK_THROWS_AS(TransferJob(request).run(control), Stopped);
  CHECK(canGoOn(request.out));
  CHECK(beginningOf(request) == Beginning::GoOn);
  {
    const FolderLock lock(request.out);
    CHECK_THROWS_AS(TransferJob(request).run({}), Error);
  }
  auto other = request;
  other.options.momentum = 0.5;
  CHECK_THROWS_AS(TransferJob(other).run({}), Error);
  CHECK(canGoOn(request.out));

  TransferJob(request).run({});
  CHECK_FALSE(canGoOn(request.out));
  CHECK(beginningOf(request) == Beginning::Finished);
  const std::string report = readFile(request.out / "report.json", 1 << 24);
  TransferJob again(request);
  again.run({});
  REQUIRE(again.report());
  CHECK(again.report()->at("transfer").at("finished") == true);
  CHECK(readFile(request.out / "report.json", 1 << 24) == report);
  request.resume = false;
  CHECK_THROWS_AS(beginningOf(request), Error);
}
