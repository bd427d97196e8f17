// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the Figures page share: results on disk, and a page that shows them.
#pragma once

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSortFilterProxyModel>
#include <QTest>
#include <QTreeView>

#include "report/result_folder.h"
#include "report/shelf_report.h"
#include "tests/ui/compare/comparison_fixture.h"
#include "tests/ui/shelf/shelf_fixture.h"
#include "tests/ui/workspace/support.h"
#include "ui/figures/figure_library.h"
#include "ui/figures/figure_preview.h"
#include "ui/figures/figures_page.h"
#include "ui/figures/sheet_view.h"

namespace gf::testing {

/// A result folder as the program writes one.
struct Written {
  QString folder;
  std::vector<Figure> figures;
};

inline Written writeResult(const QString& folder, const nlohmann::ordered_json& report) {
  Written written{folder, figuresOf(report, {})};
  QDir().mkpath(folder);
  writeReport(folder.toStdString(), report, written.figures);
  return written;
}
inline Written writtenPair(const QTemporaryDir& folder, const QString& name = "pair", int classes = 10) {
  return writeResult(folder.filePath(name), makeComparison(classes, 60)->report);
}
inline Written writtenShelf(const QTemporaryDir& folder) {
  return writeResult(folder.filePath("shelf"), makeShelf(4, 10, 40)->report);
}

/// The page in a size that it has in a small window.
struct ShownFigures {
  Workspace workspace;
  FiguresPage page{workspace};
  QSignalSpy problems{&workspace, &Workspace::problem};

  explicit ShownFigures(QSize size = {960, 680}) {
    page.resize(size);
    page.show();
    page.grab();
  }
  QTreeView& list() { return *page.findChild<QTreeView*>("figureList"); }
  QAbstractItemModel& rows() { return *list().model(); }
  FigureLibrary& library() {
    return *qobject_cast<FigureLibrary*>(qobject_cast<QSortFilterProxyModel*>(&rows())->sourceModel());
  }
  FigurePreview& preview() { return *page.findChild<FigurePreview*>(); }
  SheetView& sheet() { return preview().sheet(); }
  QString sentence() { return page.findChild<QLabel*>("figureSentence")->text(); }
  QLineEdit& filter() { return *page.findChild<QLineEdit*>("figureFilter"); }

  /// The figures below a row, by title.
  QStringList titles(int source) {
    QStringList all;
    const QModelIndex above = rows().index(source, 0);
    for (int row = 0; row < rows().rowCount(above); ++row) all << rows().index(row, 0, above).data().toString();
    return all;
  }
  /// Opens a result and waits until its first figure is shown.
  bool open(const Written& result) {
    const int before = rows().rowCount();
    page.openResult(result.folder);
    return QTest::qWaitFor([&] {
      return rows().rowCount() == before + 1 && !sheet().figure().id.empty() &&
             sheet().figure().id == result.figures.front().id && titles(0).size() == int(result.figures.size());
    });
  }
  void choose(int source, int figure) { list().setCurrentIndex(rows().index(figure, 0, rows().index(source, 0))); }
  QPushButton* button(const QString& text) {
    for (QPushButton* each : page.findChildren<QPushButton*>())
      if (each->isVisible() && each->text() == text) return each;
    return nullptr;
  }
};

}  // namespace gf::testing
