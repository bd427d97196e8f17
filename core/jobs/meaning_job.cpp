// SPDX-License-Identifier: Apache-2.0
#include "jobs/meaning_job.h"

#include <algorithm>
#include <utility>

#include "data/wnid_names.h"
#include "jobs/compare_models.h"
#include "models/label_fit.h"
#include "report/meaning_report.h"
#include "semantics/head_semantics.h"

namespace gf {
namespace {

ClassMeaning askAbout(const Comparison& comparison, const SemanticsSpec& spec, const Control& control) {
  const auto& names = comparison.data.eval->classNames();
  if (spec.kind != "head") return classMeaning(spec, names, imageNetIds(comparison), control);
  return classMeaning(
      headSemantics(loadModel(comparison.request.teachers.front(), at::kCPU), classesOf(*comparison.data.eval)));
}

}  // namespace

std::vector<std::string> imageNetIds(const Comparison& comparison) {
  const auto& names = comparison.data.eval->classNames();
  std::vector<std::string> ids(names.size());
  const auto take = [&](std::size_t k, const std::string& id) {
    if (ids[k].empty() && isWnid(id)) ids[k] = id;
  };
  const auto& own = comparison.data.eval->wnids();
  for (std::size_t k = 0; k < names.size(); ++k) take(k, own.empty() ? names[k] : own[k]);
  std::vector<const Inspection*> models{&comparison.student};
  for (const Inspection& teacher : comparison.teachers) models.push_back(&teacher);
  for (const Inspection* model : models) {
    if (!model->metadata || model->metadata->wnids.empty()) continue;
    const auto columns =
        columnsFor(model->path.string(), classesOf(*model->metadata), classesOf(*comparison.data.eval));
    for (std::size_t k = 0; k < names.size(); ++k) {
      if (columns[k] >= 0) take(k, model->metadata->wnids[static_cast<std::size_t>(columns[k])]);
    }
  }
  const bool any = std::any_of(ids.begin(), ids.end(), [](const std::string& id) { return !id.empty(); });
  return any ? ids : std::vector<std::string>{};
}

PairMeaning pairMeaning(const Comparison& comparison, const std::string& provider, const Control& control) {
  const SemanticsSpec spec = parseSemantics(provider);
  control.report({"Asking what the classes mean"});
  control.checkpoint();
  PairMeaning meaning;
  meaning.provider = provider;
  meaning.classes = askAbout(comparison, spec, control);
  control.checkpoint();
  std::vector<std::string> teachers;
  for (const Inspection& teacher : comparison.teachers) teachers.push_back(teacher.metadata->name);
  meaning.json = meaningJson(meaning.classes, teachers, comparison.knowledge);
  const auto& similarity = meaning.classes.semantics.similarity;
  meaning.similarity.assign(similarity.begin(), similarity.end());
  return meaning;
}

void checkProvider(const std::string& provider) {
  parseSemantics(provider);
}

MeaningJob::MeaningJob(std::shared_ptr<const Comparison> comparison, std::string provider)
    : comparison_(std::move(comparison)), provider_(std::move(provider)) {}

std::string MeaningJob::title() const {
  return "What the classes mean: " + provider_;
}

void MeaningJob::run(const Control& control) {
  result_ = std::make_shared<const PairMeaning>(pairMeaning(*comparison_, provider_, control));
}

}  // namespace gf
