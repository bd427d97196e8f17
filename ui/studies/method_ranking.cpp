// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/method_ranking.h"

#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/studies/content_table_model.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

MethodRankingView::MethodRankingView(QWidget* parent)
    : QWidget(parent), places_(new ContentTableModel(this)), contests_(new ContentTableModel(this)) {
  words_ = sentenceLabel({}, this);
  words_->setObjectName(QStringLiteral("rankingWords"));
  tables_ = new QWidget(this);
  placesNote_ = sentenceLabel({}, tables_);
  contestsTitle_ = new QLabel(tables_);
  contestsNote_ = sentenceLabel({}, tables_);
  for (QLabel* label : {placesNote_, contestsNote_}) label->setForegroundRole(QPalette::PlaceholderText);
  QTableView* places = makeContentView(places_, tables_);
  places->setObjectName(QStringLiteral("methodPlaces"));
  places->setAccessibleName(tr("Ranking of methods"));
  QTableView* contests = makeContentView(contests_, tables_);
  contests->setObjectName(QStringLiteral("methodContests"));
  contests->setAccessibleName(tr("Paired tests between methods"));
  auto* inner = new QVBoxLayout(tables_);
  inner->setContentsMargins(0, 0, 0, 0);
  inner->setSpacing(space::kS);
  inner->addWidget(places, 1);
  inner->addWidget(placesNote_);
  inner->addWidget(contestsTitle_);
  inner->addWidget(contests, 1);
  inner->addWidget(contestsNote_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addWidget(words_);
  layout->addWidget(tables_, 1);
  layout->addStretch(0);
  setResults(nullptr);
}

void MethodRankingView::setResults(const std::shared_ptr<const StudyResults>& results) {
  const auto table = [&](const char* id) {
    if (!results) return ContentTable();
    const auto found = std::find_if(results->tables.begin(), results->tables.end(),
                                    [id](const StudyTableText& each) { return each.id == id; });
    return found == results->tables.end() ? ContentTable() : found->table;
  };
  places_->setTable(table("ranking"));
  contests_->setTable(table("contests"));
  const bool any = places_->rowCount() > 0;
  tables_->setVisible(any);
  placesNote_->setText(QString::fromStdString(places_->table().note));
  contestsTitle_->setText(QString::fromStdString(contests_->table().title));
  contestsNote_->setText(QString::fromStdString(contests_->table().note));
  words_->setText(any ? QString::fromStdString(places_->table().title)
                      : tr("Methods are ranked once two of them have finished the same pairs."));
}

}  // namespace gf
