// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/results_view.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "base/error.h"
#include "base/files.h"
#include "study/table_text.h"
#include "ui/charts/figure_view.h"
#include "ui/studies/content_table_model.h"
#include "ui/studies/export_study.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {
namespace {

constexpr int kIdRole = Qt::UserRole + 1;
constexpr int kListWidth = 250;
const QString kTable = QStringLiteral("table:");

}  // namespace

ResultsView::ResultsView(QWidget* parent)
    : QWidget(parent),
      list_(new QListWidget(this)),
      paper_(new QCheckBox(tr("With the paper’s numbers"), this)),
      stack_(new QStackedWidget(this)),
      figure_(new FigureView(stack_)),
      table_(new ContentTableModel(this)) {
  list_->setObjectName(QStringLiteral("studyFigures"));
  list_->setAccessibleName(tr("Figures and tables of the study"));
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setTextElideMode(Qt::ElideNone);
  list_->setWordWrap(true);
  list_->setSpacing(1);
  paper_->setToolTip(tr("Lays what the paper prints under one’s own figures and tables"));
  paper_->setObjectName(QStringLiteral("withPaper"));
  auto* left = new QVBoxLayout;
  left->setSpacing(space::kS);
  left->addWidget(list_, 1);
  left->addWidget(paper_);
  list_->setFixedWidth(kListWidth);
  figure_->setEmptyText(tr("Figures are drawn as soon as a cell is done."));
  auto* page = new QWidget(stack_);
  title_ = new QLabel(page);
  QTableView* view = makeContentView(table_, page);
  view->setObjectName(QStringLiteral("studyTable"));
  view->setAccessibleName(tr("The chosen table"));
  auto* inner = new QVBoxLayout(page);
  inner->setContentsMargins(0, 0, 0, 0);
  inner->setSpacing(space::kS);
  inner->addWidget(title_);
  inner->addWidget(view, 1);
  stack_->addWidget(figure_);
  stack_->addWidget(page);
  sentence_ = sentenceLabel({}, this);
  auto* right = new QVBoxLayout;
  right->setSpacing(space::kS);
  right->addWidget(stack_, 1);
  right->addWidget(sentence_);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kM);
  layout->addLayout(left);
  layout->addLayout(right, 1);
  connect(list_, &QListWidget::currentRowChanged, this, &ResultsView::showChosen);
  connect(paper_, &QCheckBox::toggled, this, &ResultsView::showList);
}

const std::vector<Figure>& ResultsView::figures() const {
  return paper_->isChecked() ? results_->figuresWithPaper : results_->figures;
}

const std::vector<StudyTableText>& ResultsView::tables() const {
  return paper_->isChecked() ? results_->tablesWithPaper : results_->tables;
}

void ResultsView::setResults(std::shared_ptr<const StudyResults> results) {
  results_ = std::move(results);
  showList();
}

/// The rows stay as they are where they are the same, so that what is looked at stays.
void ResultsView::showList() {
  QList<QPair<QString, QString>> wanted;  // id and title
  if (results_) {
    for (const Figure& figure : figures())
      wanted.append({QString::fromStdString(figure.id), QString::fromStdString(figure.title)});
    for (const StudyTableText& table : tables())
      wanted.append(
          {kTable + QString::fromStdString(table.id), tr("Table: %1").arg(QString::fromStdString(table.table.title))});
  }
  bool same = wanted.size() == list_->count();
  for (int i = 0; same && i < list_->count(); ++i) same = list_->item(i)->data(kIdRole).toString() == wanted[i].first;
  if (!same) {
    const QString chosen = list_->currentItem() ? list_->currentItem()->data(kIdRole).toString() : QString();
    const QSignalBlocker quiet(list_);
    list_->clear();
    int row = 0;
    for (const auto& [id, title] : wanted) {
      auto* item = new QListWidgetItem(title, list_);
      item->setData(kIdRole, id);
      item->setToolTip(title);
      if (id == chosen) row = list_->count() - 1;
    }
    list_->setCurrentRow(row);
  }
  showChosen();
}

const StudyTableText* ResultsView::chosenTable() const {
  const auto row = static_cast<std::size_t>(std::max(0, list_->currentRow()));
  if (!results_ || row < figures().size() || row - figures().size() >= tables().size()) return nullptr;
  return &tables()[row - figures().size()];
}

void ResultsView::showChosen() {
  const auto row = static_cast<std::size_t>(std::max(0, list_->currentRow()));
  if (const StudyTableText* table = chosenTable()) {
    table_->setTable(table->table);
    const QString title = QString::fromStdString(table->table.title);
    title_->setText(table->paper.empty() ? title
                                         : tr("%1 (%2 of the paper)").arg(title, QString::fromStdString(table->paper)));
    sentence_->setText(QString::fromStdString(table->table.note));
    stack_->setCurrentIndex(1);
    return;
  }
  const Figure figure = results_ && row < figures().size() ? figures()[row] : Figure();
  figure_->setFigure(figure);
  sentence_->setText(QString::fromStdString(figure.sentence));
  stack_->setCurrentIndex(0);
}

QString ResultsView::exportBlocked() const {
  return results_ ? QString() : tr("No cell is done yet.");
}

void ResultsView::exportChosen() {
  if (!results_) return;
  if (const StudyTableText* table = chosenTable()) return exportTable(*table);
  figure_->exportWithDialog();
}

void ResultsView::exportTable(const StudyTableText& chosen) {
  const StudyTableText table = chosen;  // the results may change while the dialog is open
  const QString markdown = tr("Markdown (*.md)"), latex = tr("LaTeX (*.tex)"), csv = tr("CSV (*.csv)");
  QString kind = markdown;
  QString file = QFileDialog::getSaveFileName(this, tr("Export the table"), QString::fromStdString(table.id) + ".md",
                                              QStringList{markdown, latex, csv}.join(QStringLiteral(";;")), &kind);
  if (file.isEmpty()) return;
  if (QFileInfo(file).suffix().isEmpty()) file += kind == latex ? ".tex" : (kind == csv ? ".csv" : ".md");
  const QString suffix = QFileInfo(file).suffix().toLower();
  try {
    writeAtomically(file.toStdString(), suffix == "tex"   ? toLatex(table.table)
                                        : suffix == "csv" ? toCsv(table.table)
                                                          : toMarkdown(table.table));
  } catch (const Error& error) {
    emit problem(tr("The table was not exported"), QString::fromUtf8(error.what()));
  }
}

QString ResultsView::exportAllInto(const QString& parent, const QString& name) const {
  return exportStudy(*results_, figures(), tables(), parent, name);
}

}  // namespace gf
