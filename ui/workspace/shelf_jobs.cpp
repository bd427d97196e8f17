// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workspace/shelf_jobs.h"

#include <QCoreApplication>
#include <utility>

namespace gf {
namespace fs = std::filesystem;
namespace {

QString words(const char* text, int count = -1) {
  return QCoreApplication::translate("jobs", text, nullptr, count);
}

}  // namespace

InspectJob::InspectJob(std::vector<ModelChoice> choices, Found found, Inspected inspected)
    : choices_(std::move(choices)), found_(std::move(found)), inspected_(std::move(inspected)) {}

std::string InspectJob::title() const {
  return words("Reading models").toStdString();
}

std::vector<ModelChoice> InspectJob::filesToRead() {
  std::vector<ModelChoice> files;
  std::vector<fs::path> inFolders;
  for (const ModelChoice& choice : choices_) {
    std::error_code ignored;
    if (!fs::is_directory(choice.path, ignored)) {
      files.push_back(choice);
      continue;
    }
    for (const fs::path& path : findCheckpoints(choice.path)) {
      inFolders.push_back(path);
      files.push_back({path, nullptr});
    }
  }
  if (!inFolders.empty() && found_) found_(inFolders);
  return files;
}

void InspectJob::run(const Control& control) {
  const std::vector<ModelChoice> files = filesToRead();
  Meter meter(control, title(), double(files.size()));
  double done = 0;
  const auto tell = [&](const Inspection& inspection) {
    inspected_(inspection);
    meter.update(++done);
  };
  // One child looks at all files that need no words of the user's; each of the others gets its own.
  std::vector<fs::path> plain;
  for (const ModelChoice& file : files)
    if (file.metadata.is_null()) plain.push_back(file.path);
  if (!plain.empty()) inspectInChild(plain, nullptr, {}, tell, control);
  for (const ModelChoice& file : files)
    if (!file.metadata.is_null()) tell(inspectInChild(file.path, file.metadata, {}, control));
}

OpenDataJob::OpenDataJob(fs::path path) : path_(std::move(path)) {}

std::string OpenDataJob::title() const {
  return words("Opening %1").arg(QString::fromStdString(path_.filename().string())).toStdString();
}

void OpenDataJob::run(const Control& control) {
  control.report({title()});
  DataSource source = openData(path_);
  control.checkpoint();
  result_ = std::move(source);
}

}  // namespace gf
