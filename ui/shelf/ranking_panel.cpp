// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shelf/ranking_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QShortcut>
#include <QSignalBlocker>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "jobs/shelf_job.h"
#include "ui/style/eliding_label.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

namespace {

/// Models of one family begin alike: the end of a name tells them apart.
class NameDelegate final : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    option->textElideMode = Qt::ElideMiddle;
  }
};

}  // namespace

void StudentFilter::setStudent(int student) {
  student_ = student;
  invalidateFilter();
}

bool StudentFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  return student_ == kAll || sourceModel()->index(row, 0, parent).data(RankingModel::StudentRole).toInt() == student_;
}

RankingPanel::RankingPanel(QWidget* parent)
    : QWidget(parent),
      model_(new RankingModel(this)),
      filter_(new StudentFilter(this)),
      students_(new QComboBox(this)),
      note_(new ElidingLabel(this)),
      table_(new QTableView(this)) {
  filter_->setSourceModel(model_);
  filter_->setSortRole(RankingModel::SortRole);
  filter_->setSortCaseSensitivity(Qt::CaseInsensitive);
  build();
  connect(table_->horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, &RankingPanel::fitColumns);
  connect(students_, &QComboBox::currentIndexChanged, this,
          [this] { filter_->setStudent(students_->currentData().toInt()); });
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RankingPanel::reasonChanged);
  connect(table_, &QTableView::doubleClicked, this, &RankingPanel::choose);
  for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter}) {
    auto* shortcut = new QShortcut(key, table_);
    shortcut->setContext(Qt::WidgetShortcut);
    connect(shortcut, &QShortcut::activated, this, [this] { choose(table_->currentIndex()); });
  }
}

void RankingPanel::build() {
  students_->setAccessibleName(tr("Student"));
  students_->setObjectName(QStringLiteral("rankingStudent"));
  students_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  students_->setMinimumContentsLength(26);
  table_->setModel(filter_);
  setUpTable(table_);
  for (const int column : {RankingModel::Teacher, RankingModel::Student})
    table_->setItemDelegateForColumn(column, new NameDelegate(table_));
  table_->setObjectName(QStringLiteral("ranking"));
  table_->setAccessibleName(tr("Who should teach whom"));
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setFrameShape(QFrame::NoFrame);
  QHeaderView* header = table_->horizontalHeader();
  header->setFont(Theme::instance().font(TextStyle::Small));
  header->setStretchLastSection(true);
  table_->sortByColumn(RankingModel::Headroom, Qt::DescendingOrder);
  auto* top = new QHBoxLayout;
  top->setSpacing(space::kS);
  top->addWidget(mutedLabel(tr("Student"), this));
  top->addWidget(students_);
  top->addWidget(note_, 1);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, space::kS, 0, 0);
  layout->setSpacing(space::kS);
  layout->addLayout(top);
  layout->addWidget(table_, 1);
}

void RankingPanel::show(std::shared_ptr<const Shelf> shelf) {
  const QString before = students_->currentIndex() > 0 ? students_->currentText() : QString();
  model_->setShelf(shelf);
  const QSignalBlocker quiet(students_);
  students_->clear();
  students_->addItem(tr("All students"), StudentFilter::kAll);
  if (shelf) {
    int index = 0;
    for (const auto& model : shelf->report.at("models"))
      students_->addItem(QString::fromStdString(model.at("name").get<std::string>()), index++);
  }
  const int again = before.isEmpty() ? 0 : students_->findText(before);
  students_->setCurrentIndex(std::max(0, again));
  filter_->setStudent(students_->currentData().toInt());
  const qint64 rows = model_->rowCount();
  QString words = tr("Double-click a row, or press Enter, to see the pair.");
  if (rows < model_->pairs()) {
    words = tr("%1 of %2 pairs: those with most headroom, and every student’s best teacher. %3")
                .arg(countText(rows), countText(model_->pairs()), words);
  }
  static_cast<ElidingLabel*>(note_)->say(words);
  fitColumns();
}

/// As narrow as headings and numbers allow, so that the classes stand beside them in a small window.
void RankingPanel::fitColumns() {
  constexpr int kMostName = 140;
  const QFontMetrics small(table_->horizontalHeader()->font()), body(table_->font());
  for (int column = 0; column < RankingModel::Classes; ++column) {
    int width = 0;
    for (const QString& line : model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().split('\n'))
      width = std::max(width, small.horizontalAdvance(line) + space::kS);
    // The sorted column carries the arrow beside its heading.
    if (column == table_->horizontalHeader()->sortIndicatorSection()) width += space::kL;
    for (int row = 0; row < std::min(model_->rowCount(), 100); ++row)
      width = std::max(width, body.horizontalAdvance(model_->index(row, column).data().toString()) + space::kM);
    if (column <= RankingModel::Student) width = std::min(width, kMostName);
    table_->setColumnWidth(column, width + space::kS);
  }
}

QString RankingPanel::reason() const {
  const QModelIndexList rows = table_->selectionModel()->selectedRows();
  return rows.isEmpty() ? QString() : rows.first().data(RankingModel::ReasonRole).toString();
}

void RankingPanel::choose(const QModelIndex& row) {
  if (!row.isValid()) return;
  emit pairChosen(row.data(RankingModel::TeacherRole).toInt(), row.data(RankingModel::StudentRole).toInt());
}

}  // namespace gf
