// SPDX-License-Identifier: GPL-3.0-or-later
// Every page at the sizes and in the themes it must work in: nothing may be cut off.
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTest>
#include <QTreeView>

#include "tests/ui/window/window_support.h"
#include "tests/ui/workspace/support.h"
#include "ui/compare/class_panel.h"
#include "ui/compare/meaning_panel.h"
#include "ui/compare/segments.h"
#include "ui/style/theme.h"
#include "ui/transfer/option_form.h"
#include "ui/transfer/preview_panel.h"
#include "ui/workspace/run_center.h"

namespace gf {
using namespace testing;
namespace {

/// Widgets whose text needs more room than they have.
QStringList cutOff(QWidget* root) {
  QStringList cut;
  for (QWidget* widget : root->findChildren<QWidget*>()) {
    if (!widget->isVisible()) continue;
    QString text;
    if (auto* button = qobject_cast<QPushButton*>(widget)) text = button->text();
    if (auto* label = qobject_cast<QLabel*>(widget)) {
      if (!label->wordWrap() && label->sizePolicy().horizontalPolicy() != QSizePolicy::Ignored) text = label->text();
      if (label->wordWrap() && label->heightForWidth(label->width()) > label->height() + 1) cut << label->text();
    }
    if (!text.isEmpty() && widget->sizeHint().width() > widget->width() + 1) cut << text;
  }
  for (QScrollArea* area : root->findChildren<QScrollArea*>()) {
    const bool scrolls = area->horizontalScrollBarPolicy() != Qt::ScrollBarAlwaysOff;
    if (area->isVisible() && area->widget() && !scrolls && area->widget()->width() > area->viewport()->width())
      cut << area->accessibleName() + " is wider than its view";
  }
  return cut;
}

}  // namespace

class TestLooks : public QObject {
  Q_OBJECT

  void addSizesAndThemes() {
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("theme");
    for (const QSize size : {QSize(1280, 800), QSize(1920, 1080)}) {
      for (const ThemeChoice theme : {ThemeChoice::Light, ThemeChoice::Dark}) {
        const QString name =
            QStringLiteral("%1-%2").arg(size.width()).arg(theme == ThemeChoice::Dark ? "dark" : "light");
        QTest::newRow(qPrintable(name)) << size << int(theme);
      }
    }
  }

  void look(MainWindow& window, const QString& name) {
    QFETCH(QSize, size);
    QTest::qWait(50);  // layouts settle in the event loop, on a busy machine later
    const bool settled = QTest::qWaitFor([&] { return window.size() == size && cutOff(&window).isEmpty(); });
    const QString shots = qEnvironmentVariable("GF_SCREENSHOTS");
    if (!shots.isEmpty()) window.grab().save(QStringLiteral("%1/%2-%3.png").arg(shots, name, QTest::currentDataTag()));
    QVERIFY2(window.size() == size,
             qPrintable(name + " makes the window " + QString::number(window.width()) + " wide"));
    const QStringList cut = cutOff(&window);
    QVERIFY2(settled, qPrintable(name + ": " + cut.join(" | ")));
  }

  /// Every view of what the sample's classes mean, with a group chosen, and what is said when it is not known.
  void lookAtMeaning(MainWindow& window, Workspace& workspace) {
    window.goTo(PageId::Compare);
    auto* panel = window.page(PageId::Compare)->findChild<ClassPanel*>();
    panel->setTab(ClassPanel::ByMeaning);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.meaning(), kPatienceMs);
    for (int view = 0; view < 5; ++view) {
      panel->meaning().setView(static_cast<MeaningView>(view));
      look(window, QStringLiteral("sample-meaning-%1").arg(view + 1));
    }
    workspace.select({{5, 7, 9}, {}});
    for (int view = 0; view < 5; ++view) {
      panel->meaning().setView(static_cast<MeaningView>(view));
      look(window, QStringLiteral("sample-meaning-%1-chosen").arg(view + 1));
    }
    const QString before = workspace.semantics();
    workspace.setSemantics(QStringLiteral("file:/a/folder/that/is/not/there/vectors-of-the-classes.npy"));
    QTRY_VERIFY_WITH_TIMEOUT(workspace.meaningProblem(), kPatienceMs);
    look(window, QStringLiteral("sample-meaning-failed"));
    workspace.setSemantics(before);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.meaning(), kPatienceMs);
    workspace.select({});
  }

 private slots:
  void init() { startClean(); }

  void nothingIsCutOff_data() { addSizesAndThemes(); }

  /// With GF_SCREENSHOTS=FOLDER the pages are also written there as PNG.
  void nothingIsCutOff() {
    QFETCH(QSize, size);
    QFETCH(int, theme);
    Workspace workspace;
    MainWindow window(workspace);
    Theme::instance().apply(ThemeChoice(theme));
    window.resize(size);
    window.show();
    for (int i = 0; i < kPageCount; ++i) {
      window.goTo(PageId(i));
      look(window, QStringLiteral("empty-%1").arg(i + 1));
    }
    workspace.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(workspace.comparison() && allRead(workspace), kPatienceMs);
    QTRY_VERIFY(!workspace.activity());
    auto* table = window.page(PageId::Models)->findChild<QTableView*>();
    table->selectRow(0);
    for (int i = 0; i < kPageCount; ++i) {
      window.goTo(PageId(i));
      QTest::qWait(300);
      look(window, QStringLiteral("sample-%1").arg(i + 1));
    }
    lookAtMeaning(window, workspace);
  }

  void figuresAndTheShelfAreNotCutOff_data() { addSizesAndThemes(); }

  /// The whole sample shelf in each of its views, and every figure of it and of a pair as it will be printed.
  void figuresAndTheShelfAreNotCutOff() {
    QFETCH(QSize, size);
    QFETCH(int, theme);
    Workspace workspace;
    MainWindow window(workspace);
    Theme::instance().apply(ThemeChoice(theme));
    window.resize(size);
    window.show();
    workspace.openSample();
    QTRY_VERIFY_WITH_TIMEOUT(workspace.comparison() && allRead(workspace), kPatienceMs);
    auto* sides = window.page(PageId::Compare)->findChild<Segments*>();
    QTest::mouseClick(&sides->button(1), Qt::LeftButton);
    look(window, QStringLiteral("shelf-ready"));
    workspace.compareShelf();
    look(window, QStringLiteral("shelf-running"));
    QTRY_VERIFY_WITH_TIMEOUT(workspace.shelfResult() && !workspace.comparingShelf(), kPatienceMs);
    auto* tabs = window.page(PageId::Compare)->findChild<QTabWidget*>("shelfTabs");
    for (int tab = 0; tab < 5; ++tab) {
      tabs->setCurrentIndex(tab);
      look(window, QStringLiteral("shelf-%1").arg(tab + 1));
    }
    QTRY_VERIFY_WITH_TIMEOUT(!workspace.activity(), kPatienceMs);
    window.goTo(PageId::Figures);
    auto* list = window.page(PageId::Figures)->findChild<QTreeView*>("figureList");
    QAbstractItemModel& rows = *list->model();
    QCOMPARE(rows.rowCount(), 2);
    for (int source = 0; source < 2; ++source) {
      const QModelIndex above = rows.index(source, 0);
      for (int row = -1; row < rows.rowCount(above); ++row) {
        list->setCurrentIndex(row < 0 ? above : rows.index(row, 0, above));
        look(window, QStringLiteral("figures-%1-%2").arg(source + 1).arg(row + 1, 2, 10, QLatin1Char('0')));
      }
    }
    auto* preset = window.page(PageId::Figures)->findChild<QComboBox*>("preset");
    preset->setCurrentIndex(0);
    look(window, QStringLiteral("figures-85"));
  }

  void nothingIsCutOffAtWork_data() { addSizesAndThemes(); }

  /// Three teachers, every setting unfolded, a preview, and a finished run with each of its figures.
  void nothingIsCutOffAtWork() {
    QFETCH(QSize, size);
    QFETCH(int, theme);
    Workspace workspace;
    MainWindow window(workspace);
    Theme::instance().apply(ThemeChoice(theme));
    window.resize(size);
    window.show();
    QVERIFY(addAndRead(workspace, {sampleModel("tops-resnet"), sampleModel("fewtops-mlp"), sampleModel("all-mixer"),
                                   sampleModel("all-mlp")}));
    QVERIFY(openAndRead(workspace, sampleData()));
    QVERIFY(workspace.setStudent(sampleModel("fewtops-mlp")));
    for (const char* teacher : {"tops-resnet", "all-mixer", "all-mlp"})
      QVERIFY(workspace.addTeacher(sampleModel(QLatin1String(teacher))));
    look(window, QStringLiteral("work-models"));

    window.goTo(PageId::Transfer);
    auto* page = window.page(PageId::Transfer);
    auto* form = page->findChild<OptionForm*>();
    TransferOptions options;
    options.subset = {true, 30};
    options.teachers = TeacherMode::Parallel;
    options.epochs = 6;
    options.learningRate = 0.01;
    form->setOptions(options);
    for (QPushButton* button : page->findChildren<QPushButton*>())
      if (button->text() == "Preview") QTest::mouseClick(button, Qt::LeftButton);
    auto* panel = page->findChild<PreviewPanel*>();
    QTRY_VERIFY_WITH_TIMEOUT(!panel->going() && panel->preview(), kPatienceMs);
    auto* tabs = panel->findChild<QTabBar*>();
    for (int tab = 0; tab < tabs->count(); ++tab) {
      tabs->setCurrentIndex(tab);
      look(window, QStringLiteral("work-preview-%1").arg(tab + 1));
    }
    page->focusFilter();
    for (const Method method : {Method::XeKlMcl, Method::Crd}) {
      TransferOptions other = options;
      other.method = method;
      form->setOptions(other);
      look(window, QStringLiteral("work-form-%1").arg(QString::fromUtf8(idOf(method).data())));
    }
    for (const TeacherMode mode : {TeacherMode::Parallel, TeacherMode::Soup}) {
      options.teachers = mode;
      form->setOptions(options);
      window.goTo(PageId::Transfer);
      page->primaryAction()->trigger();
      QCOMPARE(window.currentPage(), PageId::Runs);
      QTRY_VERIFY_WITH_TIMEOUT(!workspace.runs().busy(), kPatienceMs);
      const RunRow* run = workspace.runs().row(workspace.runs().ids().front());
      QVERIFY2(run->state == JobState::Done, run->failure ? run->failure->what() : "");
      auto* list = window.page(PageId::Runs)->findChild<QListWidget*>("figures");
      for (int i = 0; i < list->count(); ++i) {
        list->setCurrentRow(i);
        look(window,
             QStringLiteral("%1-%2").arg(QString::fromUtf8(idOf(mode).data())).arg(i + 1, 2, 10, QLatin1Char('0')));
      }
    }
  }

  void nothingIsCutOffWhileARunGoesOn_data() { addSizesAndThemes(); }

  /// Going on, paused, stopped with a saved state, and one that ended before there was anything.
  void nothingIsCutOffWhileARunGoesOn() {
    QFETCH(QSize, size);
    QFETCH(int, theme);
    Workspace workspace;
    MainWindow window(workspace);
    Theme::instance().apply(ThemeChoice(theme));
    window.resize(size);
    window.show();
    window.goTo(PageId::Runs);
    QVERIFY(openAndRead(workspace, sampleData()));
    TransferRequest request;
    request.student.path = sampleModel("fewtops-mlp").toStdString();
    for (const char* teacher : {"tops-resnet", "all-mixer"})
      request.teachers.push_back({sampleModel(QLatin1String(teacher)).toStdString(), nullptr});
    request.data = sampleData().toStdString();
    request.options.method = Method::KlDpUnsup;
    request.options.epochs = 100000;
    request.options.learningRate = 0.003;
    request.options.subset = {true, 60};
    request.out = RunCenter::freshFolder(request).toStdString();
    RunCenter& runs = workspace.runs();
    const auto id = runs.add(request, QStringList{"Tops specialist ResNet", "Generalist mixer"}, "Few-tops MLP");
    request.teachers.pop_back();
    const auto waiting = runs.add(request, QStringList{"Tops specialist ResNet"}, "Few-tops MLP");
    QTRY_VERIFY_WITH_TIMEOUT(runs.row(id)->evaluations.size() > 8, kPatienceMs);
    auto* table = window.page(PageId::Runs)->findChild<QTableView*>("runs");
    table->selectRow(1);
    look(window, QStringLiteral("live-running"));
    QVERIFY(runs.perform(JobAction::Pause, id));
    QTRY_COMPARE_WITH_TIMEOUT(runs.row(id)->state, JobState::Paused, kPatienceMs);
    look(window, QStringLiteral("live-paused"));
    table->selectRow(0);
    look(window, QStringLiteral("live-queued"));
    QVERIFY(runs.perform(JobAction::StopAndKeep, waiting));
    QTRY_COMPARE_WITH_TIMEOUT(runs.row(waiting)->state, JobState::Stopped, kPatienceMs);
    look(window, QStringLiteral("live-never-began"));
    table->selectRow(1);
    QVERIFY(runs.perform(JobAction::StopAndKeep, id));
    QTRY_COMPARE_WITH_TIMEOUT(runs.row(id)->state, JobState::Stopped, kPatienceMs);
    look(window, QStringLiteral("live-stopped"));
  }
};

}  // namespace gf

QTEST_MAIN(gf::TestLooks)
#include "test_looks.moc"
