// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "ui/workspace/page.h"

namespace gf {

class Workspace;
struct Shelf;

/// The whole shelf on one evaluation set: the teacher × student matrix, Fig. 1a and 1b, who is expert in what, and who
/// should teach whom with its reason. While there is no result it says what to do next. The Compare page shows it
/// beside the pair and gives it its actions.
class ShelfView final : public QWidget {
  Q_OBJECT
 public:
  explicit ShelfView(Workspace& workspace, QWidget* parent = nullptr);
  ~ShelfView() override;

  /// Shows a result; null shows what to do next. The view does this itself whenever the workspace's shelf changes.
  void showShelf(std::shared_ptr<const Shelf> shelf);

  /// The key result in words; empty while there is none.
  QString sentence() const;
  /// Empty when there is a result to export; else why not.
  QString exportBlocked() const;
  /// The dialog for the figure in view.
  void exportFigure();
  /// Writes the report, its pages for people and its figures into a new folder below `parent` and answers it. Throws
  /// gf::Error.
  QString exportReport(const QString& parent) const;
  /// The command that does the same in a terminal; only where there is a result. Throws gf::Error when metadata that
  /// the user supplied cannot be written for it.
  QString command() const;

 signals:
  /// The user chose a pair in a chart or a table: paths of its models.
  void pairRequested(const QString& teacher, const QString& student);
  void pageRequested(gf::PageId page);  ///< To choose models or open data.
  void stateChanged();                  ///< sentence() or exportBlocked() may answer something else.

 private:
  struct Private;
  QWidget* buildResult();
  void connectResult();
  void refresh();
  void readShelf();
  void showCount();
  void showTab();
  void showSaid();
  void requestModels(int teacher, int student);
  void request(const QString& teacher, const QString& student);
  void requestPoint(const QString& pair);

  Workspace& workspace_;
  std::unique_ptr<Private> private_;
};

}  // namespace gf
