// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of runs share: transfers on the sample, rows of earlier sessions, waiting, and what a page says.
#pragma once

#include <QLabel>
#include <QPushButton>

#include "base/files.h"
#include "tests/ui/workspace/support.h"
#include "ui/workspace/run_center.h"

namespace gf::testing {

inline TransferRequest transferOf(int epochs, Method method = Method::KlDp) {
  TransferRequest request;
  request.student.path = sampleModel("fewtops-mlp").toStdString();
  request.teachers = {{sampleModel("tops-resnet").toStdString(), nullptr}};
  request.data = sampleData().toStdString();
  request.options.method = method;
  request.options.epochs = epochs;
  request.options.learningRate = 0.003;
  request.options.subset = {true, 10};
  request.out = RunCenter::freshFolder(request).toStdString();
  return request;
}

/// Would take hours.
inline TransferRequest endless() {
  return transferOf(100000);
}

inline RunRow oldRow(std::uint64_t id, JobState state) {
  RunRow row;
  row.id = id;
  row.title = QString("KL+DP: one → other %1").arg(id);
  row.state = state;
  row.request = transferOf(5);
  row.request.student.metadata = {{"name", "given by hand"}};
  row.startedUnix = 1700000000.5 + double(id);
  row.progress.fraction = 0.25;
  return row;
}

inline std::filesystem::path historyFile() {
  return dataFolder() / "runs.json";
}

inline bool waitFor(const RunCenter& runs, std::uint64_t id, JobState state) {
  return QTest::qWaitFor([&] { return runs.row(id) && runs.row(id)->state == state; }, kPatienceMs);
}

/// Whether words stand anywhere in the widget now.
inline bool says(QWidget* root, const QString& words) {
  for (QLabel* label : root->findChildren<QLabel*>())
    if (label->isVisible() && label->text().contains(words)) return true;
  return false;
}

inline QPushButton* button(QWidget* parent, const QString& text) {
  for (QPushButton* each : parent->findChildren<QPushButton*>())
    if (each->isVisible() && each->text() == text) return each;
  return nullptr;
}

}  // namespace gf::testing
