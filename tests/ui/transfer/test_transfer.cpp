// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QSortFilterProxyModel>
#include <QTabBar>
#include <QTableView>
#include <QTest>

#include "tests/ui/transfer/form_support.h"
#include "tests/ui/workspace/support.h"
#include "ui/style/theme.h"
#include "ui/transfer/option_form.h"
#include "ui/transfer/partition_table.h"
#include "ui/transfer/preview_panel.h"
#include "ui/transfer/routing_table.h"
#include "ui/transfer/transfer_page.h"
#include "ui/workspace/command_text.h"
#include "ui/workspace/run_center.h"

namespace gf {
using namespace testing;
namespace {

/// 10 samples: 4 positive flips of which 3 go to the teacher by label and 2 by confidence, 1 negative, 5 both right.
std::shared_ptr<const Preview> handMade() {
  auto preview = std::make_shared<Preview>();
  preview->transferSamples = 10;
  for (Routing* routing : {&preview->supervised, &preview->unsupervised}) {
    routing->total.samples = 10;
    routing->total.onlyTeacher = 4;
    routing->total.onlyStudent = 1;
    routing->total.bothRight = 5;
  }
  preview->supervised.toTeacher.onlyTeacher = 3;
  preview->supervised.toTeacher.samples = 3;
  preview->unsupervised.toTeacher.onlyTeacher = 2;
  preview->unsupervised.toTeacher.bothRight = 5;
  preview->unsupervised.toTeacher.samples = 7;
  // The negative flip and one positive flip are bags, the rest are coats.
  Routing bags, coats = preview->supervised;
  bags.total = {2, 0, 1, 1, 0};
  bags.toTeacher = {1, 0, 1, 0, 0};
  coats.total = {8, 5, 3, 0, 0};
  coats.toTeacher = {2, 0, 2, 0, 0};
  preview->classNames = {"Coat", "Bag"};
  preview->supervisedByClass = preview->unsupervisedByClass = {coats, bags};
  preview->tiesByClass = {0, 1};
  return preview;
}

}  // namespace

class TestTransfer : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { Theme::instance().apply(ThemeChoice::Light); }
  void init() { startClean(); }

  void partitionByClassIsSortedAndFiltered() {
    RoutingTable table;
    QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
    table.setRows("Class", routingByClass(*handMade()));
    QSortFilterProxyModel sorted;
    sorted.setSourceModel(&table);
    sorted.setSortRole(RoutingTable::SortRole);
    const auto cell = [&](int row, int column) { return sorted.index(row, column).data().toString(); };
    QCOMPARE(cell(0, RoutingTable::Name), "Coat");
    QCOMPARE(cell(0, RoutingTable::Samples), "8");
    QCOMPARE(cell(0, RoutingTable::Positive), "3");
    QCOMPARE(cell(0, RoutingTable::PositiveByLabel), "66.7");
    QCOMPARE(cell(0, RoutingTable::NegativeByLabel), "–");  // no negative flip among the coats
    QCOMPARE(cell(0, RoutingTable::Rest), "5");
    QCOMPARE(cell(0, RoutingTable::RestByConfidence), "0.0");
    sorted.sort(RoutingTable::PositiveByLabel, Qt::DescendingOrder);
    QCOMPARE(cell(0, RoutingTable::Name), "Bag");
    QCOMPARE(cell(0, RoutingTable::PositiveByLabel), "100.0");
    QCOMPARE(cell(0, RoutingTable::NegativeByLabel), "0.0");
    QCOMPARE(cell(0, RoutingTable::Ties), "1");
    sorted.sort(RoutingTable::NegativeByLabel, Qt::AscendingOrder);
    QCOMPARE(cell(0, RoutingTable::Name), "Coat");  // nothing comes before zero
    QVERIFY(routingByTeacher(*handMade()).empty());
  }

  void partitionTableCountsAndShares() {
    PartitionTable table;
    QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(table.rowCount(), 0);
    table.setPreview(handMade());
    QCOMPARE(table.rowCount(), 5);
    const auto cell = [&](int row, int column) { return table.index(row, column).data().toString(); };
    QCOMPARE(cell(0, PartitionTable::Samples), "4");
    QCOMPARE(cell(0, PartitionTable::Supervised), "75.0");
    QCOMPARE(cell(0, PartitionTable::Unsupervised), "50.0");
    QCOMPARE(cell(1, PartitionTable::Supervised), "0.0");
    QCOMPARE(cell(2, PartitionTable::Unsupervised), "100.0");
    QCOMPARE(cell(3, PartitionTable::Supervised), "–");  // no sample of this kind
    QCOMPARE(cell(4, PartitionTable::Samples), "10");
    QCOMPARE(cell(4, PartitionTable::Unsupervised), "70.0");
    table.setPreview(nullptr);
    QCOMPARE(table.rowCount(), 0);
  }

  void presetsKeepTheMachineAndSayWhichIsOn() {
    Workspace workspace;
    TransferPage page(workspace);
    page.show();
    auto* presets = page.findChild<QComboBox*>("presets");
    auto* form = page.findChild<OptionForm*>();
    QVERIFY(presets && form);
    QCOMPARE(presets->count(), 1 + static_cast<int>(transferPresets().size()));
    QCOMPARE(presets->currentIndex(), 1);  // what the form starts with is the published KL+DP
    auto* fold = form->findChild<QLineEdit*>("search-settings");
    form->focusSearch();
    QVERIFY(fold->isVisible());
    type(*form, "seed", "5");
    QCOMPARE(presets->currentIndex(), 1);
    type(*form, "epochs", "3");
    QCOMPARE(presets->currentText(), "Own settings");
    for (std::size_t i = 0; i < transferPresets().size(); ++i) {
      const int index = static_cast<int>(i) + 1;
      presets->setCurrentIndex(index);
      emit presets->activated(index);
      TransferOptions wanted = transferPresets()[i].options;
      wanted.seed = 5;
      QCOMPARE(form->options(), wanted);
      QCOMPARE(presets->currentIndex(), index);
    }
  }

  void runSaysWhyItIsBlocked() {
    Workspace workspace;
    TransferPage page(workspace);
    page.show();
    QAction* run = page.primaryAction();
    QVERIFY(!run->isEnabled());
    const auto shown = [&page](const QString& text) {
      for (QLabel* label : page.findChildren<QLabel*>())
        if (label->isVisible() && label->text() == text) return true;
      return false;
    };
    QVERIFY(run->toolTip().contains("teacher"));
    QVERIFY(shown(run->toolTip()));  // not only on hovering
    QVERIFY(addAndRead(workspace, {sampleModel("tops-resnet"), sampleModel("fewtops-mlp")}));
    QVERIFY(workspace.setTeacher(sampleModel("tops-resnet")) && workspace.setStudent(sampleModel("fewtops-mlp")));
    QVERIFY(run->toolTip().contains("data"));
    QVERIFY(openAndRead(workspace, sampleData()));
    QTRY_VERIFY(run->isEnabled());
    auto* form = page.findChild<OptionForm*>();
    type(*form, "lr", "fast");
    QVERIFY(!run->isEnabled());
    QVERIFY2(run->toolTip().startsWith("Learning rate must be"), qPrintable(run->toolTip()));
    QVERIFY(shown(run->toolTip()));
    type(*form, "lr", "0.01");
    QVERIFY(run->isEnabled());
    QVERIFY(page.blocked().isEmpty());
  }

  void previewShowsThePartition() {
    Workspace workspace;
    TransferPage page(workspace);
    page.show();
    QVERIFY(addAndRead(workspace, {sampleModel("tops-resnet"), sampleModel("fewtops-mlp")}));
    QVERIFY(workspace.setTeacher(sampleModel("tops-resnet")) && workspace.setStudent(sampleModel("fewtops-mlp")));
    QVERIFY(openAndRead(workspace, sampleData()));
    auto* form = page.findChild<OptionForm*>();
    type(*form, "subset", "10perclass");
    auto* panel = page.findChild<PreviewPanel*>();
    auto* view = panel->findChild<QTableView*>("partition");
    QVERIFY(!view->isVisible());
    for (QPushButton* button : page.findChildren<QPushButton*>())
      if (button->text() == "Preview") QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(panel->going());
    QTRY_VERIFY_WITH_TIMEOUT(!panel->going(), kPatienceMs);
    QVERIFY2(panel->preview(), qPrintable(panel->stateText()));
    QCOMPARE(panel->preview()->transferSamples, std::size_t{100});
    QVERIFY(view->isVisible() && view->isEnabled());
    QCOMPARE(view->model()->rowCount(), 5);
    auto* tabs = panel->findChild<QTabBar*>();
    QVERIFY(!tabs->isTabVisible(2));  // one teacher
    tabs->setCurrentIndex(1);
    auto* classes = panel->findChild<QTableView*>("partition-by-class");
    QVERIFY(classes->isVisible() && !view->isVisible());
    QCOMPARE(classes->model()->rowCount(), 10);
    classes->sortByColumn(RoutingTable::Positive, Qt::DescendingOrder);
    const auto flips = [&](int row) { return classes->model()->index(row, RoutingTable::Positive).data().toInt(); };
    for (int row = 1; row < 10; ++row) QVERIFY(flips(row - 1) >= flips(row));
    auto* filter = panel->findChild<QLineEdit*>();
    QVERIFY(filter->isVisible());
    QTest::keyClicks(filter, "sneak");
    QCOMPARE(classes->model()->rowCount(), 1);
    filter->clear();
    tabs->setCurrentIndex(0);
    type(*form, "subset", "20perclass");
    QVERIFY(!view->isEnabled());
    QVERIFY2(panel->stateText().contains("other settings"), qPrintable(panel->stateText()));
  }

  void commandLineIsReadBackByAShell() {
    QTemporaryDir folder;
    const QString odd = folder.filePath("it's a $HOME \"model\".pt");
    QVERIFY(QFile::copy(sampleModel("tops-resnet"), odd));
    Workspace workspace;
    TransferPage page(workspace);
    QVERIFY(addAndRead(workspace, {odd, sampleModel("fewtops-mlp")}));
    QVERIFY(workspace.setTeacher(odd) && workspace.setStudent(sampleModel("fewtops-mlp")));
    QVERIFY(openAndRead(workspace, sampleData()));
    auto* form = page.findChild<OptionForm*>();
    type(*form, "epochs", "9");
    QProcess shell;
    shell.start("sh", {"-c", "set -- " + page.commandLine() + R"(; for word; do printf '%s\n' "$word"; done)"});
    QVERIFY(shell.waitForFinished());
    const QStringList words = QString::fromUtf8(shell.readAllStandardOutput()).split('\n', Qt::SkipEmptyParts);
    QCOMPARE(words.mid(0, 2), (QStringList{"gainfinder", "transfer"}));
    QCOMPARE(words.value(words.indexOf("--teacher") + 1), odd);
    QCOMPARE(words.value(words.indexOf("--epochs") + 1), "9");
    TransferOptions read;  // the flags alone give the form's settings again
    for (qsizetype i = 2; i + 1 < words.size(); i += 2) {
      const std::string id = words[i].mid(2).toStdString();
      if (id == "student" || id == "teacher" || id == "data" || id == "out") continue;
      const OptionRecord& record = optionRecord(id);
      setOption(read, record, parseOption(record, words[i + 1].toStdString()));
    }
    QCOMPARE(read, form->options());
  }

  void severalTeachersGoIntoTheCommandAndTheRun() {
    Workspace workspace;
    TransferPage page(workspace);
    page.show();
    const QString first = sampleModel("tops-resnet"), second = sampleModel("all-mixer");
    QVERIFY(addAndRead(workspace, {first, second, sampleModel("fewtops-mlp")}));
    QVERIFY(workspace.setTeacher(first) && workspace.setStudent(sampleModel("fewtops-mlp")));
    QVERIFY(openAndRead(workspace, sampleData()));
    auto* form = page.findChild<OptionForm*>();
    QVERIFY(!form->field("teachers")->isVisible());
    QVERIFY(workspace.addTeacher(second));
    QVERIFY(form->field("teachers")->isVisible());
    QCOMPARE(page.request().teachers.size(), std::size_t{2});
    const QStringList words = page.commandLine().split(' ');
    QCOMPARE(words.count("--teacher"), 2);
    QVERIFY(words.indexOf(first) < words.indexOf(second));

    auto* how = qobject_cast<QComboBox*>(form->field("teachers"));
    how->setCurrentIndex(how->findData("parallel"));
    QVERIFY(page.blocked().isEmpty());
    QVERIFY(page.commandLine().contains("--teachers parallel"));
    choose(*form, Method::Kl);  // nothing says whom a sample would follow
    QVERIFY2(page.blocked().contains("parallel"), qPrintable(page.blocked()));
    QVERIFY(!page.primaryAction()->isEnabled());
    QCOMPARE(page.primaryAction()->toolTip(), page.blocked());
    workspace.removeTeacher(second);
    QVERIFY(page.blocked().isEmpty());
    QVERIFY(!form->field("teachers")->isVisible());
    QCOMPARE(page.commandLine().split(' ').count("--teacher"), 1);
  }

  void modelsThatCannotServeAMethodBlockIt() {
    Workspace workspace;
    TransferPage page(workspace);
    const QString teacher = sampleModel("tops-resnet");
    QVERIFY(addAndRead(workspace, {teacher, sampleModel("fewtops-mlp")}));
    QVERIFY(workspace.setTeacher(teacher) && workspace.setStudent(sampleModel("fewtops-mlp")));
    QVERIFY(openAndRead(workspace, sampleData()));
    std::vector<std::string> names = workspace.teacher()->metadata->classes;
    names[2] = "zebra";
    workspace.supplyMetadata(teacher, {{"classes", names}});
    QTRY_VERIFY_WITH_TIMEOUT(allRead(workspace), kPatienceMs);
    QVERIFY2(page.blocked().contains("lacks") && page.blocked().contains("CRD"), qPrintable(page.blocked()));
    auto* form = page.findChild<OptionForm*>();
    choose(*form, Method::Crd);
    QVERIFY2(page.blocked().isEmpty(), qPrintable(page.blocked()));
    // A model that offers no features serves neither CD nor CRD.
    ShelfModel::Row row = *workspace.shelf().find(teacher);
    row.inspection.featuresProblem = "it was made without them";
    workspace.shelf().put(row);
    QVERIFY2(page.blocked().contains("it was made without them"), qPrintable(page.blocked()));
    choose(*form, Method::Cd);
    QVERIFY(page.blocked().startsWith("CD compares"));
  }

  void suppliedMetadataGoesAlongWithTheCommand() {
    const ModelChoice complete{"a.pt", nullptr}, bare{"folder/b.pt", {{"name", "B"}}};
    QVERIFY(metadataWords({complete}, "pair").isEmpty());
    const QStringList words = metadataWords({complete, bare}, "pair");
    QCOMPARE(words.value(0), "--model-meta");
    QFile file(words.value(1));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject object = QJsonDocument::fromJson(file.readAll()).object();
    QCOMPARE(object.keys(), QStringList{"b.pt"});
    QCOMPARE(object["b.pt"].toObject()["name"].toString(), "B");
  }

  void settingsAreSavedAndLoaded() {
    QTemporaryDir folder;
    Workspace workspace;
    QSignalSpy problems(&workspace, &Workspace::problem);
    TransferPage page(workspace);
    auto* form = page.findChild<OptionForm*>();
    choose(*form, Method::XeKl);
    type(*form, "epochs", "4");
    const TransferOptions mine = form->options();
    page.saveTo(folder.filePath("mine.json"));
    form->setOptions({});
    page.loadFrom(folder.filePath("mine.json"));
    QCOMPARE(form->options().method, mine.method);
    QCOMPARE(form->options().epochs, 4);
    QCOMPARE(problems.count(), 0);
    for (const char* bad : {"", "[]", "{\"epochs\": -3}", "{\"unheard\": 1}", "\x80\xff"}) {
      page.loadFrom(writeFile(folder.filePath("bad.json"), bad));
      QVERIFY2(problems.last().at(1).toString().contains("bad.json"), bad);
      QCOMPARE(form->options().epochs, 4);
    }
    QCOMPARE(problems.count(), 5);
    page.saveTo(folder.filePath("no/such/folder.json"));
    QCOMPARE(problems.count(), 6);
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestTransfer)
#include "test_transfer.moc"
