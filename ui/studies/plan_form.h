// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/studies/plan_draft.h"

class QLineEdit;
class QListView;

namespace gf {

class MethodRows;
class ModelChecks;
class Workspace;

/// A plan over the workspace's shelf and data, put together by ticking: who learns, who teaches, by which methods.
class PlanForm final : public QWidget {
  Q_OBJECT
 public:
  explicit PlanForm(Workspace& workspace, QWidget* parent = nullptr);
  PlanDraft draft() const;
  QString name() const;
  /// Whether a teacher may teach a student, by their files.
  void toggleExcluded(const std::filesystem::path& teacher, const std::filesystem::path& student);
  bool isExcluded(const std::filesystem::path& teacher, const std::filesystem::path& student) const;

 signals:
  void changed();

 private:
  QWidget* buildList(ModelChecks* model, const QString& title, const QString& name);
  QWidget* buildFields();
  void readShelf();
  void tickSlots();

  Workspace& workspace_;
  ModelChecks *students_, *teachers_;
  MethodRows* methods_;
  QLineEdit *name_ = nullptr, *seeds_ = nullptr, *epochs_ = nullptr, *subset_ = nullptr;
  QStringList slotStudents_, slotTeachers_;  ///< What was ticked for the user last.
  std::vector<std::pair<std::filesystem::path, std::filesystem::path>> excluded_;
};

}  // namespace gf
