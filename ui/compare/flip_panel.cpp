// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/flip_panel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include "ui/compare/flip_table_model.h"
#include "ui/compare/sample_text.h"
#include "ui/compare/share_delegate.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

FlipPanel::FlipPanel(QWidget* parent)
    : QWidget(parent),
      model_(new FlipTableModel(this)),
      sorted_(new QSortFilterProxyModel(this)),
      positive_(new QRadioButton(tr("Only the teacher right"), this)),
      negative_(new QRadioButton(tr("Only the student right"), this)),
      sentence_(mutedLabel({}, this)),
      table_(new QTableView(this)),
      images_(new QPushButton(tr("Show images"), this)) {
  positive_->setChecked(true);
  positive_->setToolTip(tr("Positive flips: what the student said instead"));
  negative_->setToolTip(tr("Negative flips: what the teacher said instead"));
  sentence_->setWordWrap(true);
  sentence_->setObjectName(QStringLiteral("flipSentence"));
  images_->setObjectName(QStringLiteral("flipImages"));
  buildTable();
  auto* kinds = new QHBoxLayout;
  kinds->setSpacing(space::kL);
  kinds->addWidget(positive_);
  kinds->addWidget(negative_);
  kinds->addStretch(1);
  auto* below = new QHBoxLayout;
  below->addStretch(1);
  below->addWidget(images_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, space::kS, 0, 0);
  layout->setSpacing(space::kS);
  layout->addLayout(kinds);
  layout->addWidget(sentence_);
  layout->addWidget(table_, 1);
  layout->addLayout(below);
  connect(positive_, &QRadioButton::toggled, this, &FlipPanel::refresh);
  connect(images_, &QPushButton::clicked, this, &FlipPanel::requestImages);
  connect(table_, &QTableView::doubleClicked, this, &FlipPanel::requestImages);
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &FlipPanel::rowChosen);
  rowChosen();
}

void FlipPanel::buildTable() {
  sorted_->setSourceModel(model_);
  sorted_->setSortRole(FlipTableModel::SortRole);
  sorted_->setSortCaseSensitivity(Qt::CaseInsensitive);
  table_->setObjectName(QStringLiteral("flipTable"));
  table_->setAccessibleName(tr("What was said instead"));
  table_->setModel(sorted_);
  setUpTable(table_);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setFrameShape(QFrame::NoFrame);
  table_->setItemDelegateForColumn(FlipTableModel::Share, new ShareDelegate(FlipTableModel::BarRole, table_));
  table_->horizontalHeader()->setStretchLastSection(true);
  table_->sortByColumn(FlipTableModel::Images, Qt::DescendingOrder);
  table_->installEventFilter(this);
}

void FlipPanel::show(std::shared_ptr<const Comparison> comparison) {
  comparison_ = std::move(comparison);
  refresh();
}

void FlipPanel::refresh() {
  const FlipKind kind = positive_->isChecked() ? FlipKind::Positive : FlipKind::Negative;
  static_cast<ShareDelegate*>(table_->itemDelegateForColumn(FlipTableModel::Share))->meaning =
      kind == FlipKind::Positive ? Role::Gain : Role::Loss;
  model_->show(comparison_, kind);
  rowChosen();
  if (!comparison_) return sentence_->clear();
  const FlipConfusion& confusion = model_->confusion();
  if (confusion.pairs.empty()) {
    return sentence_->setText(kind == FlipKind::Positive ? tr("There is no image that only the teacher gets right.")
                                                         : tr("There is no image that only the student gets right."));
  }
  const FlipPair& first = confusion.pairs.front();
  fitColumns();
  if (first.samples == 1) {
    const qint64 count = confusion.flips;
    return sentence_->setText(
        count == 1 ? tr("1 flip.")
                   : tr("%1 flips, no two of the same class with the same answer.").arg(countText(count)));
  }
  const QString who = kind == FlipKind::Positive ? studentName(*comparison_) : teacherName(*comparison_);
  sentence_->setText(tr("%1 flips. Most often %2 takes %3 for %4: %5.")
                         .arg(countText(confusion.flips), who, className(*comparison_, first.truth),
                              className(*comparison_, first.said), tr("%1 images").arg(countText(first.samples))));
}

void FlipPanel::fitColumns() {
  const FlipConfusion& confusion = model_->confusion();
  int names[2] = {0, 0};
  constexpr std::size_t kMeasured = 200;  // names of the many small pairs below are elided where they are longer
  for (std::size_t row = 0; row < std::min(kMeasured, confusion.pairs.size()); ++row) {
    const FlipPair& pair = confusion.pairs[row];
    names[0] = std::max(names[0], fontMetrics().horizontalAdvance(className(*comparison_, pair.truth)));
    names[1] = std::max(names[1], fontMetrics().horizontalAdvance(className(*comparison_, pair.said)));
  }
  for (const int column : {FlipTableModel::Truth, FlipTableModel::SaidInstead}) {
    const int least = fontMetrics().horizontalAdvance(QStringLiteral("Student said")) + space::kXl;
    table_->setColumnWidth(column, std::clamp(names[column] + space::kL, least, 160));
  }
  table_->setColumnWidth(FlipTableModel::Images, fontMetrics().horizontalAdvance(QStringLiteral("Images")) + 40);
}

void FlipPanel::rowChosen() {
  const bool chosen = table_->selectionModel()->hasSelection();
  setBlocked(images_, chosen ? QString() : tr("Choose a row to see its images."),
             tr("The images of this row alone, in the gallery (Enter or double click)"));
}

void FlipPanel::requestImages() {
  const QModelIndexList rows = table_->selectionModel()->selectedRows();
  if (!rows.isEmpty()) emit imagesRequested(model_->kind(), model_->pair(sorted_->mapToSource(rows.front()).row()));
}

bool FlipPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched == table_ && event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
      requestImages();
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace gf
