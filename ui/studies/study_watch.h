// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "ui/studies/study_reading.h"

namespace gf {

struct ParallelData;

/// Watches a study's folder from a thread of its own, whoever fills it: how the cells stand once a second, what they
/// amount to whenever more of them are done. Signals arrive on the thread of this object.
class StudyWatch final : public QObject {
  Q_OBJECT
 public:
  explicit StudyWatch(const QString& folder, QObject* parent = nullptr);
  ~StudyWatch() override;

  QString folder() const { return folder_; }
  /// As seen last; null before the first look.
  std::shared_ptr<const StudyNow> now() const { return now_; }
  /// Null while no cell is done.
  std::shared_ptr<const StudyResults> results() const { return results_; }
  /// The same cells as parallel coordinates; null while no cell is done.
  std::shared_ptr<const ParallelData> options() const { return options_; }
  /// Why the last look failed; empty when it did not. What was seen before stays.
  QString problem() const { return problem_; }
  /// Looks at once.
  void look();

 signals:
  void cellsChanged();
  void resultsChanged();
  void problemChanged();

 private:
  void run(const std::stop_token& stop);
  void wait(const std::stop_token& stop);
  void tell(std::function<void()> news);

  QString folder_, problem_;
  std::shared_ptr<const StudyNow> now_;
  std::shared_ptr<const StudyResults> results_;
  std::shared_ptr<const ParallelData> options_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool asked_ = false;
  std::jthread thread_;  ///< Last: it ends before what it uses.
};

}  // namespace gf
