// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figures_page.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QSplitter>
#include <QStackedWidget>
#include <exception>

#include "ui/charts/export_dialog.h"
#include "ui/charts/figure_painter.h"
#include "ui/figures/export_all_dialog.h"
#include "ui/figures/figure_library.h"
#include "ui/figures/figure_list.h"
#include "ui/figures/figure_preview.h"
#include "ui/figures/sheet_view.h"
#include "ui/report/report_pages.h"
#include "ui/style/eliding_label.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/workspace/empty_panel.h"
#include "ui/workspace/workspace.h"

namespace gf {

struct FiguresPage::Private {
  explicit Private(Workspace& workspace) : library(workspace) {}

  FigureLibrary library;
  QStackedWidget* stack = nullptr;  ///< The figures, or what to do while there are none.
  FigureList* list = nullptr;
  FigurePreview* preview = nullptr;
  ElidingLabel* message = nullptr;
  QAction *exportOne = nullptr, *exportAll = nullptr, *exportReport = nullptr, *remove = nullptr, *open = nullptr,
          *compare = nullptr;
};

FiguresPage::FiguresPage(Workspace& workspace, QWidget* parent)
    : Page(tr("Figures"),
           tr("Every figure of what is at hand, at the size and in the colours in which it will be printed."), parent),
      workspace_(workspace),
      private_(std::make_unique<Private>(workspace)) {
  buildActions();
  buildContent();
  Private& p = *private_;
  connect(p.list, &FigureList::chosenChanged, this, &FiguresPage::showChosen);
  connect(p.list, &FigureList::removeRequested, this, &FiguresPage::removeChosen);
  connect(p.preview, &FigurePreview::sizeChanged, this, &Page::inspectorChanged);
  connect(&p.library, &QAbstractItemModel::rowsInserted, this, &FiguresPage::refresh);
  connect(&p.library, &QAbstractItemModel::rowsRemoved, this, &FiguresPage::refresh);
  connect(&p.library, &FigureLibrary::openingFailed, this, [this](const QString& name, const QString& reason) {
    private_->message->say(tr("%1 could not be opened. %2").arg(name, reason));
    emit workspace_.problem(tr("The result could not be opened"), reason);
  });
  showChosen();
}

FiguresPage::~FiguresPage() = default;

void FiguresPage::buildActions() {
  Private& p = *private_;
  const auto make = [this](const QString& text, void (FiguresPage::*slot)()) {
    auto* action = new QAction(text, this);
    connect(action, &QAction::triggered, this, slot);
    return action;
  };
  p.open = make(tr("Open result…"), &FiguresPage::openWithDialog);
  p.open->setToolTip(tr("A comparison, a run or a shelf that was written earlier"));
  p.remove = make(tr("Remove"), &FiguresPage::removeChosen);
  p.exportReport = make(tr("Export report…"), &FiguresPage::exportReport);
  p.exportAll = make(tr("Export all…"), &FiguresPage::exportAll);
  p.exportOne = make(tr("Export figure…"), &FiguresPage::exportOne);
  p.compare = new QAction(tr("Compare two models"), this);
  connect(p.compare, &QAction::triggered, this, [this] { emit pageRequested(PageId::Compare); });
  p.message = new ElidingLabel(this);
  addFooterWidget(p.message, 1);
  for (QAction* action : {p.open, p.remove, p.exportReport, p.exportAll}) addButton(action);
  addButton(p.exportOne, true);
}

void FiguresPage::buildContent() {
  Private& p = *private_;
  auto* split = new QSplitter(Qt::Horizontal);
  p.list = new FigureList(p.library, split);
  p.preview = new FigurePreview(split);
  split->addWidget(p.list);
  split->addWidget(p.preview);
  split->setSizes({300, 640});
  split->setStretchFactor(0, 1);
  split->setStretchFactor(1, 4);
  split->setChildrenCollapsible(false);
  split->setHandleWidth(space::kM);
  auto* empty = new EmptyPanel;
  empty->setText(
      tr("There are no figures yet. Compare two models, or open the result of an earlier comparison, run or shelf."));
  empty->addAction(p.compare);
  empty->addAction(p.open);
  p.stack = new QStackedWidget;
  p.stack->addWidget(split);
  p.stack->addWidget(empty);
  setContent(p.stack);
}

QAction* FiguresPage::primaryAction() {
  return private_->exportOne;
}

QAction* FiguresPage::exportAction() {
  return private_->exportOne;
}

bool FiguresPage::focusFilter() {
  if (private_->library.rowCount() == 0) return false;
  private_->list->focusFilter();
  return true;
}

bool FiguresPage::openResult(const QString& path) {
  private_->message->say({});
  private_->list->chooseFirst(private_->library.open(path));
  return true;
}

// --- what is shown ---------------------------------------------------------------------------------------------------

void FiguresPage::showChosen() {
  Private& p = *private_;
  const QModelIndex chosen = p.list->chosen();
  const FigureSource* source = p.library.sourceOf(chosen);
  const Figure* figure = p.library.figureOf(chosen);
  QString words = tr("Choose a figure in the list.");
  if (source && source->state == FigureSource::State::Reading) words = tr("The figures are being read.");
  if (source && source->state == FigureSource::State::Failed) words = source->failure;
  if (source && !figure && !source->figures().empty()) {
    words = tr("%1\n\n%2. Choose one in the list to see it as it will be printed.")
                .arg(QString::fromStdString(source->result->headline()), figuresText(qint64(source->figures().size())));
  }
  p.preview->show(figure ? *figure : Figure{}, words);
  refresh();
}

void FiguresPage::refresh() {
  Private& p = *private_;
  p.stack->setCurrentIndex(p.library.rowCount() > 0 ? 0 : 1);
  const QModelIndex chosen = p.list->chosen();
  const FigureSource* source = p.library.sourceOf(chosen);
  const Figure* figure = p.library.figureOf(chosen);
  const auto allow = [](QAction* action, const QString& reason, const QString& tip) {
    action->setEnabled(reason.isEmpty());
    action->setToolTip(reason.isEmpty() ? tip : reason);
  };
  const QString none = tr("Choose a figure first.");
  allow(p.exportOne, figure && !isEmpty(*figure) ? QString() : none,
        tr("Write the figure at this size as SVG, PDF, PNG, CSV or JSON (Ctrl+E)"));
  allow(p.exportAll, p.library.readSources().empty() ? tr("No figures were read yet.") : QString(),
        tr("Write all figures of a result, or of everything, into a new folder"));
  allow(p.exportReport, source && source->result ? QString() : tr("Choose a result first."),
        tr("Write the whole result for people: one HTML file, or a PDF to print"));
  const bool opened = source && source->kind == FigureSource::Kind::Opened;
  allow(p.remove, opened ? QString() : tr("Only opened results can be taken off the list."),
        tr("Take the opened result off the list; its files stay where they are (Delete)"));
  emit inspectorChanged();
}

// --- what can be done ------------------------------------------------------------------------------------------------

void FiguresPage::openWithDialog() {
  const QString file = QFileDialog::getOpenFileName(this, tr("Open a result"), {},
                                                    tr("Results (report.json);;JSON (*.json);;All files (*)"));
  if (!file.isEmpty()) openResult(file);
}

void FiguresPage::removeChosen() {
  Private& p = *private_;
  if (!p.remove->isEnabled()) return;
  p.library.remove(p.list->chosen());
  p.message->say(tr("Taken off the list; its files stay where they are."));
}

void FiguresPage::exportOne() {
  const Figure* figure = private_->library.figureOf(private_->list->chosen());
  if (!figure) return;
  auto* dialog = new ExportDialog(*figure, private_->preview->allBars(), this, private_->preview->millimetres());
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->open();
}

void FiguresPage::exportAll() {
  Private& p = *private_;
  const FigureSource* source = p.library.sourceOf(p.list->chosen());
  auto* dialog = new ExportAllDialog(p.library.readSources(), source ? source->key : QString(),
                                     p.preview->millimetres().width(), this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &ExportAllDialog::written, this,
          [this](const QString& folder) { private_->message->say(tr("Written to %1").arg(folder)); });
  dialog->open();
}

void FiguresPage::exportReport() {
  const FigureSource* source = private_->library.sourceOf(private_->list->chosen());
  if (!source || !source->result) return;
  const std::shared_ptr<const Result> result = source->result;  // the list may change while the dialog is open
  const QString html = tr("Web page (*.html)"), pdf = tr("PDF (*.pdf)");
  QString chosen = html;
  QString file = QFileDialog::getSaveFileName(this, tr("Export the report"), folderNameOf(*source) + ".html",
                                              html + ";;" + pdf, &chosen);
  if (file.isEmpty()) return;
  const QString suffix = QFileInfo(file).suffix().toLower();
  if (suffix != "html" && suffix != "htm" && suffix != "pdf") file += chosen == pdf ? ".pdf" : ".html";
  writeReportInto(*result, file);
}

void FiguresPage::writeReportInto(const Result& result, const QString& file) {
  QGuiApplication::setOverrideCursor(Qt::WaitCursor);
  try {
    if (file.endsWith(QStringLiteral(".pdf"), Qt::CaseInsensitive)) {
      writeReportPdf(result, file);
    } else {
      writeReportHtml(result, file);
    }
    private_->message->say(tr("Written to %1").arg(file));
  } catch (const std::exception& error) {
    private_->message->say(tr("The report was not written."));
    emit workspace_.problem(tr("The report was not written"), QString::fromUtf8(error.what()));
  }
  QGuiApplication::restoreOverrideCursor();
}

InspectorContent FiguresPage::inspector() const {
  const Private& p = *private_;
  const QModelIndex chosen = p.list->chosen();
  const FigureSource* source = p.library.sourceOf(chosen);
  if (!source) return {tr("Figures"), {}, tr("Choose a figure to see what it is made of.")};
  InspectorContent content;
  content.title = source->title;
  if (const Figure* figure = p.library.figureOf(chosen)) {
    content.title = QString::fromStdString(figure->title);
    if (!figure->paper.empty()) content.rows.append({tr("In the paper"), QString::fromStdString(figure->paper)});
    const QSizeF size = p.preview->millimetres();
    content.rows.append({tr("Size on paper"), tr("%1 × %2 mm").arg(size.width()).arg(size.height())});
    std::size_t values = 0;
    for (const FigureSeries& series : figure->series) values += series.y.size();
    content.rows.append({tr("Values"), countText(qint64(values))});
    content.rows.append({tr("File name"), QString::fromStdString(figure->id)});
    content.rows.append({tr("From"), source->title});
  }
  content.rows.append({tr("Kind"), kindText(*source)});
  if (!source->path.isEmpty()) content.rows.append({tr("Folder"), source->path});
  if (source->result) content.note = QString::fromStdString(source->result->headline());
  if (source->failure.isEmpty()) return content;
  content.note = source->failure;
  content.warning = true;
  return content;
}

}  // namespace gf
