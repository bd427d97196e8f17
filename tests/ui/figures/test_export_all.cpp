// SPDX-License-Identifier: GPL-3.0-or-later
// All figures of a result, or of everything, written into a new folder while the window goes on.
#include <QCheckBox>
#include <QDialogButtonBox>
#include <QProgressBar>

#include "tests/ui/figures/figures_support.h"
#include "ui/figures/export_all_dialog.h"

namespace gf {
using namespace testing;
namespace {

/// A source as the library lists it once it was read.
FigureSource sourceOf(const Written& written) {
  FigureSource source;
  source.kind = FigureSource::Kind::Opened;
  source.path = written.folder;
  source.key = "opened:" + written.folder;
  source.title = QFileInfo(written.folder).fileName();
  source.state = FigureSource::State::Read;
  source.result = std::make_shared<const Result>(openResult(written.folder.toStdString()));
  return source;
}

QStringList filesBelow(const QString& folder) {
  QStringList files;
  for (const QFileInfo& entry : QDir(folder).entryInfoList(QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot)) {
    if (entry.isDir())
      files << filesBelow(entry.filePath());
    else if (entry.size() > 0)
      files << entry.fileName();
  }
  return files;
}

void tick(ExportAllDialog& dialog, const QStringList& formats) {
  for (const char* each : {"svg", "pdf", "png", "csv", "json"})
    dialog.findChild<QCheckBox*>(QLatin1String(each))->setChecked(formats.contains(QLatin1String(each)));
}

}  // namespace

class TestExportAll : public QObject {
  Q_OBJECT

 private slots:
  void init() { startClean(); }

  void writesEveryFigureInEveryFormat() {
    QTemporaryDir folder;
    const Written pair = writtenPair(folder);
    QDir(folder.path()).mkpath("out");
    const QStringList formats{"svg", "pdf", "png", "csv", "json"};
    QStringList written;
    for (int round = 0; round < 2; ++round) {
      ExportAllDialog dialog({sourceOf(pair)}, "opened:" + pair.folder, 85, nullptr);
      QSignalSpy done(&dialog, &ExportAllDialog::written);
      dialog.setParentFolder(folder.filePath("out"));
      tick(dialog, formats);
      QCOMPARE(dialog.request().widthMm, 85.0);
      dialog.open();
      QTest::mouseClick(dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save), Qt::LeftButton);
      QTRY_COMPARE(done.count(), 1);
      QVERIFY(!dialog.isVisible());
      written << done.first().first().toString();
      const QStringList files = filesBelow(written.last());
      QCOMPARE(files.size(), qsizetype(5 * pair.figures.size()));
      for (const Figure& figure : pair.figures)
        for (const QString& format : formats) QVERIFY(files.contains(QString::fromStdString(figure.id) + '.' + format));
    }
    QVERIFY(written[0] != written[1]);  // what was there stays
  }

  void everythingHasAFolderForEachResult() {
    QTemporaryDir folder;
    const Written pair = writtenPair(folder), shelf = writtenShelf(folder);
    ExportAllDialog dialog({sourceOf(pair), sourceOf(shelf)}, {}, 170, nullptr);
    QSignalSpy done(&dialog, &ExportAllDialog::written);
    dialog.setParentFolder(folder.path());
    tick(dialog, {"csv"});
    auto* what = dialog.findChild<QComboBox*>();
    what->setCurrentIndex(what->count() - 1);
    QCOMPARE(dialog.request().parts.size(), std::size_t{2});
    dialog.start();
    QTRY_COMPARE(done.count(), 1);
    const QString out = done.first().first().toString();
    QCOMPARE(filesBelow(out + "/pair").size(), qsizetype(pair.figures.size()));
    QCOMPARE(filesBelow(out + "/shelf").size(), qsizetype(shelf.figures.size()));
  }

  void cancellingKeepsWhatWasFinished() {
    QTemporaryDir folder;
    const Written pair = writtenPair(folder);
    ExportAllDialog dialog({sourceOf(pair)}, {}, 170, nullptr);
    QSignalSpy done(&dialog, &ExportAllDialog::written);
    dialog.setParentFolder(folder.path());
    tick(dialog, {"svg", "png"});
    dialog.open();
    connect(&dialog.batch(), &FigureBatch::progressed, &dialog, [&dialog](int count) {
      if (count == 1) dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Cancel)->click();
    });
    dialog.start();
    QVERIFY(dialog.batch().going());
    QTRY_VERIFY(!dialog.batch().going());
    QCOMPARE(dialog.batch().written(), 1);
    QVERIFY(dialog.batch().total() > 1);
    QVERIFY(dialog.isVisible());  // the next Cancel closes
    QVERIFY(done.isEmpty());
    QCOMPARE(filesBelow(dialog.batch().folder()).size(), qsizetype{1});
  }

  void aFolderThatCannotBeWrittenIsTold() {
    QTemporaryDir folder;
    const Written pair = writtenPair(folder);
    const QString file = writeFile(folder.filePath("file"), "no folder");
    ExportAllDialog dialog({sourceOf(pair)}, {}, 170, nullptr);
    dialog.setParentFolder(file);
    dialog.open();
    dialog.start();
    QTRY_VERIFY(!dialog.batch().going());
    bool told = false;
    for (QLabel* label : dialog.findChildren<QLabel*>()) told |= label->text().contains("folder must be made");
    QVERIFY(told);
    QVERIFY(dialog.isVisible());
  }

  void nothingToWriteIsSaid() {
    QTemporaryDir folder;
    ExportAllDialog dialog({sourceOf(writtenPair(folder))}, {}, 170, nullptr);
    auto* save = dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save);
    dialog.setParentFolder(folder.path());
    QVERIFY(save->isEnabled());
    tick(dialog, {});
    QVERIFY(!save->isEnabled());
    tick(dialog, {"png"});
    dialog.setParentFolder({});
    QVERIFY(!save->isEnabled());
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestExportAll)
#include "test_export_all.moc"
