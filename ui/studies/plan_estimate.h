// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "jobs/study_estimate.h"

namespace gf {

class Workspace;

/// What a plan amounts to on its models and data.
struct CountedPlan {
  PreparedStudy prepared;
  StudyCost cost;
};

/// Counts a plan's cells, passes and bytes, then times its models, in jobs of the workspace; what is asked later
/// replaces what is asked now.
class PlanEstimate final : public QObject {
  Q_OBJECT
 public:
  explicit PlanEstimate(Workspace& workspace, QObject* parent = nullptr);
  ~PlanEstimate() override;

  /// Counts this plan soon. Null: nothing to count. The same as before: nothing happens.
  void setPlan(const nlohmann::ordered_json& plan);
  bool counting() const { return !plan_.is_null() && !counted_ && problem_.isEmpty(); }
  std::shared_ptr<const CountedPlan> counted() const { return counted_; }
  /// On one worker; nothing while it is not known.
  std::optional<double> seconds() const { return seconds_; }
  bool timing() const { return timeJob_ != 0; }
  /// Why it cannot run or be timed; empty when all is well.
  QString problem() const { return problem_; }
  QString timeProblem() const { return timeProblem_; }

 signals:
  void changed();

 private:
  void cancel();
  void count();
  void time();

  Workspace& workspace_;
  QTimer soon_;
  nlohmann::ordered_json plan_;
  std::shared_ptr<const CountedPlan> counted_;
  std::optional<double> seconds_;
  QString problem_, timeProblem_;
  std::uint64_t countJob_ = 0, timeJob_ = 0;  ///< 0: none going on.
};

}  // namespace gf
