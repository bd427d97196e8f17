// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: what is opened or dropped finds its page.
#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>

#include "ui/window/main_window.h"
#include "ui/window/opening.h"
#include "ui/window/result_kind_job.h"
#include "ui/workspace/workspace.h"

namespace gf {

void MainWindow::openFiles() {
  const QString filters =
      tr("Checkpoints, packed images and results (%1 *.gfpack report.json study.json);;All files (*)")
          .arg(checkpointPatterns());
  const QStringList files = QFileDialog::getOpenFileNames(this, tr("Open files"), lastFolder_, filters);
  if (files.isEmpty()) return;
  lastFolder_ = QFileInfo(files.first()).absolutePath();
  openPaths(files);
}

void MainWindow::openFolder() {
  const QString folder =
      QFileDialog::getExistingDirectory(this, tr("Open a folder of models, of images, or a result"), lastFolder_);
  if (folder.isEmpty()) return;
  lastFolder_ = folder;
  openPaths({folder});
}

void MainWindow::openPaths(const QStringList& paths) {
  QStringList models;
  for (const QString& path : paths) {
    switch (openAs(path)) {
      case OpenAs::Run:
        openOn(PageId::Runs, path);
        break;
      case OpenAs::Study:
        openOn(PageId::Studies, path);
        break;
      case OpenAs::Result:
        openResult(path);
        break;
      case OpenAs::Data:
        workspace_.openData(path);
        goTo(PageId::Data);
        break;
      case OpenAs::Models:
        models << path;
        break;
    }
  }
  if (models.isEmpty()) return;
  workspace_.addModels(models);
  goTo(PageId::Models);
}

void MainWindow::openOn(PageId id, const QString& path) {
  if (page(id)->openResult(path)) goTo(id);
}

/// Runs go to their page, all others to the figures. Only the report says which it is, and it may be large.
void MainWindow::openResult(const QString& path) {
  const auto job = std::make_shared<ResultKindJob>(path.toStdString());
  workspace_.startBeside(
      job, [this, job, path](const JobStatus&) { openOn(job->isRun() ? PageId::Runs : PageId::Figures, path); }, this);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (!localPaths(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  event->acceptProposedAction();
  openPaths(localPaths(event->mimeData()));
}

}  // namespace gf
