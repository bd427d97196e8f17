// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "ui/workspace/page.h"

namespace gf {

class Workspace;
struct Result;

/// Every figure of what is at hand (the pair, the shelf, runs, opened results), as it will be printed: at its final
/// size in millimetres, in the publication theme whatever the window's theme is. One or all are exported; results open
/// here again.
class FiguresPage final : public Page {
  Q_OBJECT
 public:
  explicit FiguresPage(Workspace& workspace, QWidget* parent = nullptr);
  ~FiguresPage() override;

  QAction* primaryAction() override;
  QAction* exportAction() override;
  bool focusFilter() override;
  /// Takes any result: of a pair, a run or a shelf.
  bool openResult(const QString& path) override;
  InspectorContent inspector() const override;

  /// Writes a result for people; the suffix says as what. A failure is told as a problem of the workspace.
  void writeReportInto(const Result& result, const QString& file);

 private:
  struct Private;
  void buildActions();
  void buildContent();
  void showChosen();
  void refresh();
  void openWithDialog();
  void removeChosen();
  void exportOne();
  void exportAll();
  void exportReport();

  Workspace& workspace_;
  std::unique_ptr<Private> private_;
};

}  // namespace gf
