// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QImage>
#include <QLabel>
#include <QListView>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "tests/ui/workspace/support.h"
#include "ui/data/class_table.h"
#include "ui/data/data_page.h"
#include "ui/data/thumbnails.h"

namespace gf {
using namespace testing;
namespace {

/// Ten thousand images of two classes; every hundredth cannot be decoded.
class Synthetic final : public DataSet {
 public:
  Synthetic() {
    for (int i = 0; i < 10000; ++i) labels_.push_back(i % 2);
  }
  std::size_t size() const override { return labels_.size(); }
  std::span<const std::int32_t> labels() const override { return labels_; }
  const std::vector<std::string>& classNames() const override { return names_; }
  Pixels image(std::size_t index) const override {
    if (index % 100 == 0) failInput("synthetic", "every hundredth is broken", std::to_string(index));
    return {2, 2, 1, {0, 80, 160, 240}};
  }
  std::string sampleName(std::size_t index) const override { return "#" + std::to_string(index); }
  const std::string& identity() const override { return names_[0]; }

 private:
  std::vector<std::int32_t> labels_;
  std::vector<std::string> names_{"even", "odd"};
};

bool isVisibleTo(const QWidget& page, const char* name) {
  return page.findChild<QLabel*>(name)->isVisibleTo(const_cast<QWidget*>(&page));
}

}  // namespace

class TestData : public QObject {
  Q_OBJECT

 private slots:
  void init() { startClean(); }

  void emptyPageSaysWhatToDo() {
    Workspace workspace;
    DataPage page(workspace);
    QVERIFY(isVisibleTo(page, "emptyText"));
    QVERIFY(!page.focusFilter());
    QVERIFY(!page.primaryAction()->isEnabled());
  }

  void classesAreCounted() {
    Workspace workspace;
    DataPage page(workspace);
    workspace.setSubsetRule({true, 25});
    QVERIFY(openAndRead(workspace, sampleData()));
    auto* table = page.findChild<QTableView*>();
    QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(table->model()->rowCount(), 10);
    const auto cell = [table](int row, int column) { return table->model()->index(row, column).data().toString(); };
    QCOMPARE(cell(0, ClassTable::Class), QString("T-shirt/top"));
    QCOMPARE(cell(0, ClassTable::Train), QString("60"));
    QCOMPARE(cell(0, ClassTable::Eval), QString("100"));
    QCOMPARE(cell(0, ClassTable::Transfer), QString("25"));
    QVERIFY(page.focusFilter());

    workspace.setSubsetRule({false, 0.1});
    QCOMPARE(cell(9, ClassTable::Transfer), QString("6"));
    QVERIFY(!isVisibleTo(page, "mismatches"));
  }

  void mismatchesAreListed() {
    Workspace workspace;
    DataPage page(workspace);
    QVERIFY(openAndRead(workspace, sampleData()));
    QVERIFY(addAndRead(workspace, {sampleModel("all-mlp")}));
    QVERIFY(workspace.setTeacher(sampleModel("all-mlp")));
    QVERIFY(!isVisibleTo(page, "mismatches"));
    QVERIFY(!isVisibleTo(page, "labelNotes"));
    const std::vector<std::string> original = workspace.teacher()->metadata->classes;
    auto* table = page.findChild<QTableView*>();
    const auto taught = [&](int row) { return table->model()->index(row, ClassTable::Teacher).data().toString(); };
    std::vector<std::string> names = original;
    std::swap(names[0], names[1]);  // another order is matched by name
    workspace.supplyMetadata(sampleModel("all-mlp"), {{"classes", names}});
    QTRY_VERIFY_WITH_TIMEOUT(!workspace.labelNotes().isEmpty(), kPatienceMs);
    QVERIFY(!isVisibleTo(page, "mismatches"));
    QVERIFY(isVisibleTo(page, "labelNotes"));
    QCOMPARE(taught(0), QString::fromStdString(original[0]));
    names[0] = "zebra";  // and so is a teacher that lacks one
    workspace.supplyMetadata(sampleModel("all-mlp"), {{"classes", names}});
    QTRY_VERIFY_WITH_TIMEOUT(taught(1).startsWith(u'≠'), kPatienceMs);
    QVERIFY(!taught(0).startsWith(u'≠') && !taught(2).startsWith(u'≠'));
    QVERIFY(!isVisibleTo(page, "mismatches"));
    for (std::string& name : names) name += " of another world";
    workspace.supplyMetadata(sampleModel("all-mlp"), {{"classes", names}});
    QTRY_VERIFY_WITH_TIMEOUT(!workspace.labelMismatches().isEmpty(), kPatienceMs);
    QVERIFY(isVisibleTo(page, "mismatches"));
    QVERIFY(taught(2).startsWith(u'≠'));
  }

  void unreadableDataAreExplained() {
    QTemporaryDir folder;
    Workspace workspace;
    DataPage page(workspace);
    QVERIFY(openAndRead(workspace, folder.path()));
    QVERIFY(page.findChild<QLabel*>("emptyText")->text().contains(folder.path()));
    QVERIFY(page.inspector().warning);
  }

  void choosingClassesFiltersTheImages() {
    Workspace workspace;
    DataPage page(workspace);
    QVERIFY(openAndRead(workspace, sampleData()));
    auto* images = qobject_cast<ThumbnailModel*>(page.findChild<QListView*>()->model());
    QCOMPARE(images->total(), 1000);
    page.findChild<QTableView*>()->selectRow(3);
    QCOMPARE(images->total(), 100);
    QCOMPARE(page.inspector().title, QString("Dress"));
    auto* split = page.findChild<QComboBox*>();
    split->setCurrentIndex(1);
    emit split->activated(1);
    QCOMPARE(images->total(), 60);
  }

  void thumbnailsComeWhenAskedFor() {
    ThumbnailModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    tester.setUseFetchMore(false);  // it would fetch in the middle of our own fetching
    model.show(std::make_shared<Synthetic>(), {1});
    QCOMPARE(model.total(), 5000);
    QVERIFY(model.rowCount() < 5000);
    const int before = model.rowCount();
    model.fetchMore({});
    QVERIFY(model.rowCount() > before);
    const auto picture = [&model](int row) { return model.index(row, 0).data(Qt::DecorationRole); };
    QVERIFY(!picture(7).isValid());  // asked for by this look
    QTRY_VERIFY(picture(7).isValid());
    QCOMPARE(picture(7).value<QImage>().pixelColor(0, 0), QColor(0, 0, 0));
    QVERIFY(model.index(7, 0).data(Qt::ToolTipRole).toString().contains("odd"));
  }

  void whatWasScrolledPastIsAskedForAgain() {
    ThumbnailModel model;
    model.show(std::make_shared<Synthetic>(), {1});
    const auto picture = [&model](int row) { return model.index(row, 0).data(Qt::DecorationRole); };
    for (int row = 0; row < model.rowCount(); ++row) picture(row);  // more than may wait
    for (int row = 0; row < model.rowCount(); ++row)
      QTRY_VERIFY2(picture(row).isValid(), qPrintable(QString::number(row)));
  }

  void brokenImagesLeaveTheRest() {
    ThumbnailModel model;
    model.show(std::make_shared<Synthetic>(), {0});
    const auto picture = [&model](int row) { return model.index(row, 0).data(Qt::DecorationRole); };
    picture(0);
    QTRY_VERIFY(picture(0).isValid());
    QVERIFY(picture(0).value<QImage>().isNull());
    picture(1);
    QTRY_VERIFY(!picture(1).value<QImage>().isNull());
  }

  void foldersWithBadImagesAreShown() {
    QTemporaryDir folder;
    namespace fs = std::filesystem;
    const fs::path root = folder.path().toStdString();
    QImage sound(8, 8, QImage::Format_RGB32);
    sound.fill(Qt::green);
    QVERIFY(QDir(folder.path()).mkpath("good") && QDir(folder.path()).mkpath("bad"));
    for (const char* name : {"good/a.png", "good/b.png", "bad/a.png"}) QVERIFY(sound.save(folder.filePath(name)));
    const std::string png("\x89PNG\r\n\x1A\n\0\0\0\rIHDR\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF\10\2\0\0\0", 29);
    const std::pair<std::string, std::string> damaged[] = {{"empty.png", ""},           {"снимок.jpg", "no image"},
                                                           {"\u202Egnp.gif", "GIF89a"}, {"huge.png", png},
                                                           {"two\nlines.bmp", "BM"},    {"\xFF\xFE.webp", "RIFF"},
                                                           {"<b>bold.tif", "II*"},      {"صورة.jpg", "\xFF\xD8\xFF"}};
    for (const auto& [name, bytes] : damaged) std::ofstream(root / "bad" / name, std::ios::binary) << bytes;
    fs::create_directory_symlink("..", root / "bad/round");
    fs::create_symlink("/dev/zero", root / "bad/zero.png");
    Workspace workspace;
    DataPage page(workspace);
    page.resize(900, 600);
    page.show();
    QVERIFY(openAndRead(workspace, folder.path()));
    auto* view = page.findChild<QListView*>();
    const int bad = int(std::size(damaged)), all = bad + 3;
    QCOMPARE(qobject_cast<ThumbnailModel*>(view->model())->total(), all);
    const auto picture = [&](int row) { return view->model()->index(row, 0).data(Qt::DecorationRole); };
    int crossed = 0;
    for (int row = 0; row < all; ++row) {
      QTRY_VERIFY2(picture(row).isValid(), qPrintable(QString::number(row)));
      if (picture(row).value<QImage>().isNull()) ++crossed;
      QVERIFY(view->model()->index(row, 0).data(Qt::ToolTipRole).toString().contains(row < bad + 1 ? "bad/" : "good/"));
    }
    QCOMPARE(crossed, bad);
    QVERIFY(!page.grab().isNull());
    QCOMPARE(page.findChild<QTableView*>()->model()->rowCount(), 2);
    fs::remove_all(root / "bad");  // Qt cannot remove what has no name in text.
  }

  void modelGoesAwayWhileDecoding() {
    ThumbnailModel model;
    model.show(std::make_shared<Synthetic>(), {});
    for (int row = 0; row < 200; ++row) model.index(row, 0).data(Qt::DecorationRole);
    model.show(nullptr, {});
    QCOMPARE(model.rowCount(), 0);
    QCoreApplication::processEvents();
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestData)
#include "test_data.moc"
