// SPDX-License-Identifier: GPL-3.0-or-later
// ComparePage: its actions, which act on what is in view, the pair or the whole shelf.
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMessageBox>
#include <exception>

#include "ui/compare/compare_export.h"
#include "ui/compare/compare_page_private.h"
#include "ui/compare/sample_list.h"

namespace gf {

namespace {

void showFailure(QWidget* parent, const QString& title, const char* what) {
  QMessageBox box(QMessageBox::Warning, title, QString::fromUtf8(what), QMessageBox::Ok, parent);
  box.setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  box.exec();
}

/// Waits for what it does on the GUI thread, and says so.
struct Waiting {
  Waiting() { QGuiApplication::setOverrideCursor(Qt::WaitCursor); }
  ~Waiting() { QGuiApplication::restoreOverrideCursor(); }
};

/// An empty reason allows the action.
void allow(QAction* action, const QString& reason, const QString& tip) {
  action->setEnabled(reason.isEmpty());
  action->setToolTip(reason.isEmpty() ? tip : reason);
}

}  // namespace

QAction* ComparePage::addAction(const QString& text, const QString& tip, void (ComparePage::*slot)(), bool primary) {
  auto* action = new QAction(text, this);
  action->setToolTip(tip);
  connect(action, &QAction::triggered, this, slot);
  addButton(action, primary);
  return action;
}

void ComparePage::buildActions() {
  Private& p = *private_;
  p.message = new ElidingLabel(this);
  addFooterWidget(p.message, 1);
  p.copyCommand = addAction(tr("Copy command line"), {}, &ComparePage::copyCommand);
  p.exportList = addAction(tr("Export image list…"), {}, &ComparePage::exportList);
  p.exportReport = addAction(tr("Export report…"), {}, &ComparePage::exportReport);
  p.exportChart = addAction(tr("Export figure…"), {}, &ComparePage::exportChart);
  p.compare = addAction(tr("Compare"), {}, &ComparePage::compareNow, true);
}

QAction* ComparePage::primaryAction() {
  return private_->compare;
}
QAction* ComparePage::exportAction() {
  return private_->exportChart;
}

void ComparePage::refresh() {
  Private& p = *private_;
  p.notice->refresh();
  p.stack->setCurrentIndex(p.comparison && !workspace_.comparing() ? 1 : 0);
  setSentence(sentenceInView());
  p.exportList->setVisible(!p.onShelf());
  if (p.onShelf()) {
    refreshForShelf();
  } else {
    refreshForPair();
  }
}

void ComparePage::refreshForPair() {
  Private& p = *private_;
  const QString blocked = workspace_.comparing() ? tr("A comparison is running.") : workspace_.compareBlocked();
  p.compare->setText(tr("Compare"));
  allow(p.compare, blocked, tr("Run both models over the evaluation set (Ctrl+R)"));
  const QString missing = p.comparison ? QString() : tr("There is no comparison yet.");
  allow(p.exportList, p.gallery->exportBlocked(), tr("Write the images shown in the gallery, in their order, as CSV"));
  allow(p.exportReport, missing,
        tr("Write the report, the same for people as HTML and PDF, and the figures into a new folder"));
  allow(p.exportChart, missing, tr("Write the figure in view as SVG, PDF, PNG, CSV or JSON (Ctrl+E)"));
  allow(p.copyCommand, workspace_.compareBlocked(), tr("The command that does the same in a terminal"));
}

void ComparePage::refreshForShelf() {
  Private& p = *private_;
  const QString blocked = workspace_.comparingShelf() ? tr("The shelf is being compared.") : workspace_.shelfBlocked();
  p.compare->setText(tr("Compare the shelf"));
  allow(p.compare, blocked, tr("Run every usable model of the list once over the evaluation set (Ctrl+R)"));
  const QString missing = p.shelf->exportBlocked();
  allow(p.exportReport, missing, tr("Write the report of the shelf and its figures into a new folder"));
  allow(p.exportChart, missing, tr("Write the figure in view as SVG, PDF, PNG, CSV or JSON (Ctrl+E)"));
  allow(p.copyCommand, missing, tr("The command that does the same in a terminal"));
}

void ComparePage::compareNow() {
  if (private_->onShelf()) {
    workspace_.compareShelf();
  } else {
    workspace_.compare();
  }
}

void ComparePage::exportChart() {
  if (private_->onShelf()) {
    private_->shelf->exportFigure();
  } else {
    private_->classes->exportFigure();
  }
}

void ComparePage::exportReport() {
  const QString parent = QFileDialog::getExistingDirectory(this, tr("Export the report into a new folder in"));
  if (parent.isEmpty()) return;
  try {
    const Private& p = *private_;
    const Waiting waiting;
    const PairMeaning* meaning = p.classes->meaning().meaning().get();
    const QString folder =
        p.onShelf() ? p.shelf->exportReport(parent) : exportComparison(*p.comparison, meaning, parent);
    p.message->say(tr("Written to %1").arg(folder));
  } catch (const std::exception& error) {
    showFailure(this, tr("The report could not be exported"), error.what());
  }
}

void ComparePage::exportList() {
  const QString file = QFileDialog::getSaveFileName(this, tr("Export the images shown"),
                                                    sampleListName(*private_->comparison), tr("Tables (*.csv)"));
  if (file.isEmpty()) return;
  try {
    private_->gallery->exportList(file);
    private_->message->say(tr("Written to %1").arg(file));
  } catch (const std::exception& error) {
    private_->message->say(tr("The list was not written."));
    emit workspace_.problem(tr("The list of images was not written"), QString::fromUtf8(error.what()));
  }
}

void ComparePage::copyCommand() {
  try {
    QGuiApplication::clipboard()->setText(private_->onShelf() ? private_->shelf->command()
                                                              : compareCommand(workspace_));
    private_->message->say(tr("The command is on the clipboard."));
  } catch (const std::exception& error) {
    showFailure(this, tr("The command could not be copied"), error.what());
  }
}

}  // namespace gf
