// SPDX-License-Identifier: GPL-3.0-or-later
// Where the teacher's knowledge lies by meaning, as a user meets it: groups, charts, the Inspector, senses by hand.
#include <QAbstractItemModelTester>
#include <QAction>
#include <QDir>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTest>
#include <QTreeView>

#include "meaning_fixture.h"
#include "report/meaning_report.h"
#include "report/result_folder.h"
#include "shown_page.h"
#include "ui/compare/class_panel.h"
#include "ui/compare/compare_export.h"
#include "ui/compare/group_model.h"
#include "ui/compare/meaning_panel.h"
#include "ui/style/theme.h"

using namespace gf;

namespace {

constexpr MeaningView kViews[] = {MeaningView::Groups, MeaningView::ClassMap, MeaningView::Similarity, MeaningView::Map,
                                  MeaningView::TopClasses};

/// A page with a result and what its classes mean, the meaning in view.
struct Meant : Shown {
  explicit Meant(std::shared_ptr<const Comparison> comparison = things(), const std::string& provider = "wordnet",
                 QSize size = {1000, 700})
      : Shown(comparison, size) {
    page.showMeaning(meaningOf(*comparison, provider));
    panel().setTab(ClassPanel::ByMeaning);
    page.grab();
  }
  ClassPanel& panel() { return *page.findChild<ClassPanel*>(); }
  MeaningPanel& meaning() { return panel().meaning(); }
  QTreeView& tree() { return *page.findChild<QTreeView*>(QStringLiteral("groupTree")); }
  GroupModel& groups() {
    return *static_cast<GroupModel*>(static_cast<QSortFilterProxyModel*>(tree().model())->sourceModel());
  }
  std::set<int> chosen() { return workspace.selection().classes; }
};

std::set<int> asSet(const std::vector<std::size_t>& classes) {
  return {classes.begin(), classes.end()};
}

}  // namespace

class TestMeaning : public QObject {
  Q_OBJECT
 private slots:
  void initTestCase() {
    QCoreApplication::setOrganizationName(QStringLiteral("gainfinder"));
    QCoreApplication::setApplicationName(QStringLiteral("Gainfinder"));
    QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    Theme::instance().apply(ThemeChoice::Light);
  }
  void groupModelKeepsItsContract();
  void groupsAddUp();
  void treeChoosesImages();
  void choiceIsShownInTheTree();
  void everyChartIsThere();
  void chartsChooseClasses();
  void aCellChoosesTwoClasses();
  void topClassesAreTheMethods();
  void inspectorNamesGroupAndNeighbours();
  void detailsCanBeRead();
  void exportHoldsTheMeaning();
  void nobodyAskedIsSaid();
  void looks_data();
  void looks();

 private:
  SmallWordNet net_;
};

void TestMeaning::groupModelKeepsItsContract() {
  GroupModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  const auto meaning = meaningOf(*things(), "wordnet");
  model.show(things(), {meaning, &meaning->classes.groups});
  QVERIFY(model.rowCount() > 1);
  model.show(nullptr, nullptr);
  QCOMPARE(model.rowCount(), 0);
}

void TestMeaning::groupsAddUp() {
  GroupModel model;
  const auto meaning = meaningOf(*things(), "wordnet");
  model.show(things(), {meaning, &meaning->classes.groups});
  std::set<int> all;
  qlonglong images = 0;
  for (int row = 0; row < model.rowCount(); ++row) {
    const QModelIndex group = model.index(row, 0);
    const std::set<int> classes = model.classes(group);
    for (const int k : classes) QVERIFY2(all.insert(k).second, "each class is in one group at the top");
    images += group.siblingAtColumn(GroupModel::Images).data(GroupModel::SortRole).toLongLong();
    // A group is the sum of what hangs below it.
    std::set<int> below;
    for (int part = 0; part < model.rowCount(group); ++part) below.merge(model.classes(model.index(part, 0, group)));
    QCOMPARE(below, classes);
  }
  QCOMPARE(all.size(), kThings.size());
  QCOMPARE(images, qlonglong(things()->knowledge[0].all.samples));
  for (int k = 0; k < 10; ++k) {
    const QModelIndex row = model.indexOfClass(k);
    QVERIFY(model.isClass(row));
    QCOMPARE(row.data().toString().toStdString(), kThings[std::size_t(k)]);
    QCOMPARE(row.siblingAtColumn(GroupModel::PositiveFlips).data(GroupModel::SortRole).toDouble(),
             things()->knowledge[0].classes[std::size_t(k)].positiveFlips());
  }
}

void TestMeaning::treeChoosesImages() {
  Meant meant;
  QTreeView& tree = meant.tree();
  QVERIFY(tree.isVisible());
  const QModelIndex first = tree.model()->index(0, 0);
  tree.setCurrentIndex(first);
  const QModelIndex source = static_cast<QSortFilterProxyModel*>(tree.model())->mapToSource(first);
  const std::set<int> classes = meant.groups().classes(source);
  QVERIFY(!classes.empty());
  QCOMPARE(meant.chosen(), classes);
  QCOMPARE(meant.count(), Shown::tr2(std::int64_t(60 * classes.size()), 600));
  // By keyboard down to the next row.
  QTest::keyClick(&tree, Qt::Key_Down);
  QVERIFY(meant.chosen() != classes);
  meant.workspace.select({});
  QVERIFY(tree.selectionModel()->selectedRows().isEmpty());
}

void TestMeaning::choiceIsShownInTheTree() {
  Meant meant;
  meant.workspace.select({{thing("dog")}, {}});
  QCOMPARE(meant.tree().selectionModel()->selectedRows().size(), 1);
  QCOMPARE(meant.tree().currentIndex().isValid(), false);  // nobody's keyboard was moved
  QVERIFY(meant.tree().selectionModel()->selectedRows().front().data().toString() == QStringLiteral("dog"));
  // What holds it stands out, unfolded or not.
  QVERIFY(meant.groups().indexOfClass(thing("dog")).parent().data(Qt::FontRole).isValid());
  QVERIFY(!meant.groups().indexOfClass(thing("quuxly")).parent().data(Qt::FontRole).isValid());
  const auto& groups = meant.meaning().meaning()->classes.groups.groups;
  for (const ClassGroup& group : groups) {
    meant.workspace.select({asSet(group.classes), {}});
    QCOMPARE(meant.tree().selectionModel()->selectedRows().size(), 1);
  }
}

void TestMeaning::everyChartIsThere() {
  Meant meant;
  for (const MeaningView view : kViews) {
    meant.meaning().setView(view);
    const Figure* figure = meant.meaning().figure();
    QVERIFY(figure);
    QVERIFY(!figure->sentence.empty());
    QCOMPARE(&meant.panel().figureInView(), figure);
    QVERIFY(!meant.page.grab().isNull());
    if (view == MeaningView::Groups) continue;
    QVERIFY(meant.meaning().chart().isVisible());
    QCOMPARE(meant.meaning().chart().figure().id, figure->id);
  }
}

void TestMeaning::chartsChooseClasses() {
  Meant meant;
  for (const MeaningView view : {MeaningView::ClassMap, MeaningView::Map}) {
    meant.workspace.select({});
    meant.meaning().setView(view);
    meant.page.grab();
    FigureView& chart = meant.meaning().chart();
    QTest::keyClick(&chart, Qt::Key_Right);
    QTest::keyClick(&chart, Qt::Key_Right);
    QTest::keyClick(&chart, Qt::Key_Return);
    QCOMPARE(meant.chosen().size(), std::size_t(1));
    QCOMPARE(meant.table().selectionModel()->selectedRows().size(), 1);
    QTest::keyClick(&chart, Qt::Key_Return);
    QVERIFY(meant.chosen().empty());
  }
}

void TestMeaning::aCellChoosesTwoClasses() {
  Meant meant;
  meant.meaning().setView(MeaningView::Similarity);
  meant.page.grab();
  FigureView& chart = meant.meaning().chart();
  const Figure figure = chart.figure();
  emit chart.cellActivated(0, 3);
  std::set<std::string> names;
  for (const int k : meant.chosen()) names.insert(kThings[std::size_t(k)]);
  QCOMPARE(names, (std::set<std::string>{figure.labels[0], figure.labels[3]}));
  emit chart.cellActivated(0, 3);
  QVERIFY(meant.chosen().empty());
}

void TestMeaning::topClassesAreTheMethods() {
  Meant meant;
  meant.meaning().setView(MeaningView::TopClasses);
  meant.page.grab();
  FigureView& chart = meant.meaning().chart();
  const Figure& figure = chart.figure();
  for (std::size_t i = 0; i < figure.labels.size(); ++i) {
    meant.workspace.select({});
    emit chart.labelActivated(static_cast<int>(i));
    bool found = false;
    for (const double percent : {2.0, 5.0, 10.0, 20.0, 50.0}) {
      const auto top = things()->knowledge[0].topClasses(percent);
      found = found || meant.chosen() == std::set<int>(top.begin(), top.end());
    }
    QVERIFY(found);
  }
}

void TestMeaning::inspectorNamesGroupAndNeighbours() {
  Meant meant;
  const auto rowOf = [&](const QString& label) {
    for (const auto& row : meant.page.inspector().rows)
      if (row.label == label) return row.value;
    return QString();
  };
  meant.workspace.select({{thing("dog")}, {}});
  QVERIFY(!rowOf(QStringLiteral("Group")).isEmpty());
  // Both are kinds of pet and of animal; a machine is neither.
  const QString near = rowOf(QStringLiteral("Most alike by meaning (similarity)"));
  QVERIFY2(near.indexOf("bird") >= 0 && near.indexOf("bird") < near.indexOf("boot"), qPrintable(near));
  const auto& groups = meant.meaning().meaning()->classes.groups.groups;
  for (const ClassGroup& group : groups) {
    if (group.classes.size() < 2) continue;
    meant.workspace.select({asSet(group.classes), {}});
    QVERIFY(meant.page.inspector().title.startsWith(QString::fromStdString(group.name)));
    break;
  }
  meant.page.showMeaning(nullptr);
  meant.workspace.select({{thing("dog")}, {}});
  QVERIFY(rowOf(QStringLiteral("Group")).isEmpty());
  QVERIFY(!rowOf(QStringLiteral("Images")).isEmpty());
}

void TestMeaning::detailsCanBeRead() {
  Meant meant;
  meant.page.findChild<QPushButton*>(QStringLiteral("meaningDetails"))->click();
  auto* text = meant.page.findChild<QPlainTextEdit*>(QStringLiteral("meaningDetailsText"));
  QVERIFY(text);
  const QString words = text->toPlainText();
  QVERIFY(words.contains(QStringLiteral("crane.n.01")));
  QVERIFY(words.contains(QStringLiteral("quuxly")));
  QVERIFY(words.contains(QStringLiteral("data.noun")));
  QVERIFY(text->textInteractionFlags() & Qt::TextSelectableByKeyboard);
}

void TestMeaning::exportHoldsTheMeaning() {
  QTemporaryDir folder;
  const auto meaning = meaningOf(*things(), "wordnet");
  const QString written = exportComparison(*things(), meaning.get(), folder.path());
  const Result result = openResult(written.toStdString());
  QCOMPARE(result.similarity.size(), meaning->similarity.size());
  QCOMPARE(result.report["meaning"]["provider"].get<std::string>(), meaning->json["provider"].get<std::string>());
  std::set<std::string> ids;
  for (const Figure& figure : result.figures) ids.insert(figure.id);
  for (const char* id : {"groups", "class-map", "meaning-map", "similarity"}) QVERIFY2(ids.contains(id), id);
  for (const char* file : {"report.html", "report.pdf", "similarity.npy"})
    QVERIFY2(QFileInfo(written + QLatin1Char('/') + QLatin1String(file)).size() > 0, file);
  for (const char* file : {"class-map.svg", "similarity.pdf", "meaning-map.png", "groups.csv"})
    QVERIFY2(QFileInfo::exists(written + QStringLiteral("/figures/") + QLatin1String(file)), file);
}

void TestMeaning::nobodyAskedIsSaid() {
  Meant meant;
  meant.page.showMeaning(nullptr);
  auto* heading = meant.page.findChild<QLabel*>(QStringLiteral("meaningHeading"));
  QVERIFY(heading->isVisible() && !heading->text().isEmpty());
  QVERIFY(!meant.page.findChild<QPushButton*>(QStringLiteral("meaningDetails"))->isEnabled());
  QVERIFY(!meant.meaning().figure());
  QVERIFY(meant.page.exportAction()->isEnabled());  // the flip chart needs no meaning
}

void TestMeaning::looks_data() {
  addSizesAndThemes();
}

/// Nothing makes the page larger than a small window; with GAINFINDER_SCREENSHOTS=FOLDER every view is written there.
void TestMeaning::looks() {
  QFETCH(int, classes);
  QFETCH(QSize, size);
  QFETCH(bool, dark);
  Theme::instance().apply(dark ? ThemeChoice::Dark : ThemeChoice::Light);
  // What is installed gives the pictures names to look at; the small one serves where nothing is.
  qunsetenv("GAINFINDER_WORDNET");
  const auto comparison = classes == 10 ? ten() : manyThings(classes, 10);
  const std::string provider = Workspace().semantics().toStdString();
  net_.use();
  Meant meant(comparison, "wordnet", size);
  qunsetenv("GAINFINDER_WORDNET");
  if (provider == "wordnet") meant.page.showMeaning(meaningOf(*comparison, provider));
  net_.use();
  const QString folder = qEnvironmentVariable("GAINFINDER_SCREENSHOTS");
  for (const bool chosen : {false, true}) {
    meant.workspace.select(chosen ? Selection{{3, 5, 7}, {}} : Selection{});
    for (std::size_t i = 0; i < std::size(kViews); ++i) {
      meant.meaning().setView(kViews[i]);
      QVERIFY2(meant.page.minimumSizeHint().width() <= 880, "the page fits a window of 1280 pixels with its docks");
      QVERIFY(meant.page.minimumSizeHint().height() <= 640);
      QCoreApplication::processEvents();  // layouts settle in the event loop
      const QImage picture = meant.page.grab().toImage();
      QCOMPARE(picture.pixelColor(2, 2), Theme::instance().colours().background);
      const QString name = QStringLiteral("meaning-%1-%2%3.png")
                               .arg(QTest::currentDataTag())
                               .arg(i + 1)
                               .arg(chosen ? QStringLiteral("-chosen") : QString());
      if (!folder.isEmpty()) meant.page.grab().save(QDir(folder).filePath(name));
    }
  }
  Theme::instance().apply(ThemeChoice::Light);
}

QTEST_MAIN(TestMeaning)
#include "test_meaning.moc"
