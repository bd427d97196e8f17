// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/sense_model.h"

#include <algorithm>

#include "base/error.h"

namespace gf {

namespace {

QString toText(const std::string& text) {
  return QString::fromStdString(text);
}

/// Definition without the examples behind it.
QString definition(const std::string& gloss) {
  const QString all = toText(gloss);
  const qsizetype end = all.indexOf(QLatin1String("; \""));
  return end < 0 ? all : all.left(end);
}

}  // namespace

void SenseModel::show(std::vector<std::string> names, std::vector<std::string> wnids,
                      std::map<std::string, std::string> hand) {
  beginResetModel();
  hand_ = std::move(hand);
  rows_.clear();
  for (std::size_t k = 0; k < names.size(); ++k) {
    Row row{std::move(names[k]), k < wnids.size() ? std::move(wnids[k]) : std::string(), {}};
    look(row);
    rows_.push_back(std::move(row));
  }
  endResetModel();
  emit handChanged();
}

void SenseModel::setWordNet(std::shared_ptr<const WordNet> net) {
  beginResetModel();
  net_ = std::move(net);
  for (Row& row : rows_) look(row);
  endResetModel();
}

void SenseModel::look(Row& row) const {
  row.sense = {};
  if (!net_) return;
  const auto found = hand_.find(row.name);
  try {
    row.sense = classSense(*net_, row.name, row.wnid, found == hand_.end() ? std::string() : found->second);
  } catch (const Error&) {
    // A sense that is none (a file edited elsewhere): the row says so, and another one can be chosen.
    row.sense = {std::nullopt, "by hand", 0, false};
  }
}

QString SenseModel::handOf(const Row& row) const {
  const auto found = hand_.find(row.name);
  return found == hand_.end() ? QString() : toText(found->second);
}

int SenseModel::handCount() const {
  return static_cast<int>(
      std::count_if(rows_.begin(), rows_.end(), [this](const Row& row) { return hand_.contains(row.name); }));
}

void SenseModel::reset() {
  beginResetModel();
  for (Row& row : rows_) {
    hand_.erase(row.name);
    look(row);
  }
  endResetModel();
  emit handChanged();
}

QString SenseModel::senseText(WordNet::Synset synset) const {
  return tr("%1 – %2").arg(toText(net_->name(synset)), definition(net_->entry(synset).gloss));
}

std::vector<SenseModel::Option> SenseModel::options(int row) const {
  if (!net_) return {};
  const Row& at = rows_[static_cast<std::size_t>(row)];
  const ClassSense found = classSense(*net_, at.name, at.wnid, {});
  std::vector<Option> options{{{}, found.synset ? tr("As found: %1").arg(senseText(*found.synset)) : tr("Not known")}};
  std::vector<WordNet::Synset> listed;
  const auto add = [&](const std::string& name) {
    for (const WordNet::Synset synset : nounSenses(*net_, name)) {
      if (std::find(listed.begin(), listed.end(), synset) != listed.end()) continue;
      listed.push_back(synset);
      options.push_back({toText(net_->name(synset)), senseText(synset)});
    }
  };
  add(at.name);
  // Names that only in part are words of the dictionary ("Ankle boot"): what those words can mean.
  for (const auto& synset : {found.synset, at.sense.synset}) {
    if (!synset) continue;
    for (const std::string& word : net_->entry(*synset).words) add(word);
  }
  return options;
}

std::optional<QString> SenseModel::senseFor(int row, const QString& text) const {
  if (!net_) return std::nullopt;
  const QString words = text.trimmed();
  if (words.isEmpty()) return QString();
  for (const Option& option : options(row))
    if (option.text == words || (option.id == words && !words.isEmpty())) return option.id;
  if (const auto synset = synsetNamed(*net_, words.toStdString())) return toText(net_->name(*synset));
  const auto senses = nounSenses(*net_, words.toStdString());
  if (senses.empty()) return std::nullopt;
  return toText(net_->name(senses.front()));
}

int SenseModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int SenseModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant SenseModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  const ClassSense& sense = row.sense;
  switch (role) {
    case Qt::DisplayRole:
      if (index.column() == ClassName) return toText(row.name);
      if (!net_) return {};
      if (index.column() == Why) return sense.synset ? toText(sense.chosen) : tr("not in WordNet");
      if (sense.synset) return senseText(*sense.synset);
      return handOf(row).isEmpty() ? tr("–") : tr("%1 is no sense of WordNet").arg(handOf(row));
    case Qt::EditRole:
      return handOf(row);
    case Qt::ToolTipRole: {
      if (!net_ || !sense.synset) return {};
      QStringList words;
      for (const std::string& word : net_->entry(*sense.synset).words) words << toText(word).replace('_', ' ');
      return tr("%1\n%2").arg(words.join(QStringLiteral(", ")), toText(net_->entry(*sense.synset).gloss));
    }
    case UncertainRole:
      return !sense.synset || sense.byEnding || sense.candidates > 1;
    default:
      return {};
  }
}

bool SenseModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (!index.isValid() || role != Qt::EditRole || index.column() != Sense) return false;
  const std::optional<QString> sense = senseFor(index.row(), value.toString());
  if (!sense) {
    emit refused(value.toString());
    return false;
  }
  Row& row = rows_[static_cast<std::size_t>(index.row())];
  if (*sense == handOf(row)) return true;
  if (sense->isEmpty()) {
    hand_.erase(row.name);
  } else {
    hand_[row.name] = sense->toStdString();
  }
  // Another class of the same name has the same sense by hand.
  for (Row& each : rows_)
    if (each.name == row.name) look(each);
  emit dataChanged(index.siblingAtColumn(0), index.siblingAtColumn(ColumnCount - 1));
  emit handChanged();
  return true;
}

QVariant SenseModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
    return QVariant::fromValue(Qt::Alignment(Qt::AlignLeft | Qt::AlignVCenter));
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
  return section == ClassName ? tr("Class") : section == Sense ? tr("Taken to mean") : tr("Why");
}

Qt::ItemFlags SenseModel::flags(const QModelIndex& index) const {
  const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
  return net_ && index.column() == Sense ? flags | Qt::ItemIsEditable : flags;
}

void SenseFilter::setText(const QString& text) {
  text_ = text;
  invalidateFilter();
}

void SenseFilter::setUncertainOnly(bool only) {
  uncertainOnly_ = only;
  invalidateFilter();
}

bool SenseFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  const QModelIndex first = sourceModel()->index(row, SenseModel::ClassName, parent);
  if (uncertainOnly_ && !first.data(SenseModel::UncertainRole).toBool()) return false;
  if (text_.isEmpty()) return true;
  return first.data().toString().contains(text_, Qt::CaseInsensitive) ||
         first.siblingAtColumn(SenseModel::Sense).data().toString().contains(text_, Qt::CaseInsensitive);
}

}  // namespace gf
