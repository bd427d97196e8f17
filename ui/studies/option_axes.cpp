// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/option_axes.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <set>

#include "options/option_table.h"

namespace gf {
namespace {

using Value = std::function<double(const StudyCell&)>;

QString viewText(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// What an option is for a cell; nothing where its method does not know it. λ is the one that is used.
std::optional<OptionValue> valueOf(const OptionRecord& record, const StudyCell& cell) {
  if (!actsOn(record, cell.options.method)) return std::nullopt;
  return record.get(cell.options);
}

std::optional<double> numberOf(const OptionValue& value) {
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  return std::nullopt;
}

class Axes {
 public:
  explicit Axes(const std::vector<StudyCell>& cells) : cells_(cells) {
    data_.values.resize(cells.size());
    // The folder's name is the cell's.
    for (const StudyCell& cell : cells) data_.names.push_back(std::filesystem::path(cell.from).filename().string());
  }

  void addNumbers(ParallelAxis axis, const Value& value) {
    data_.axes.push_back(std::move(axis));
    for (std::size_t i = 0; i < cells_.size(); ++i) data_.values[i].push_back(value(cells_[i]));
  }

  /// Words in the order in which they come; nothing where all are the same.
  void addWords(const QString& title, const std::function<QString(const StudyCell&)>& word) {
    QStringList words;
    std::vector<double> places;
    for (const StudyCell& cell : cells_) {
      const QString text = word(cell);
      if (!text.isEmpty() && !words.contains(text)) words << text;
      places.push_back(text.isEmpty() ? std::nan("") : static_cast<double>(words.indexOf(text)));
    }
    if (words.size() < 2) return;
    data_.axes.push_back({title, words, false, false});
    for (std::size_t i = 0; i < cells_.size(); ++i) data_.values[i].push_back(places[i]);
  }

  void addOption(const OptionRecord& record) {
    std::set<std::string> texts;
    bool numbers = true, positive = true;
    double least = INFINITY, most = 0;
    for (const StudyCell& cell : cells_) {
      const auto value = valueOf(record, cell);
      if (!value) continue;
      texts.insert(valueText(*value));
      const auto number = numberOf(*value);
      numbers = numbers && number;
      positive = positive && number && *number > 0;
      if (number) least = std::min(least, *number), most = std::max(most, *number);
    }
    if (texts.size() < 2) return;
    const QString title = viewText(record.symbol.empty() ? record.label : record.symbol);
    if (!numbers) {
      return addWords(title, [&record](const StudyCell& cell) {
        const auto value = valueOf(record, cell);
        return value ? QString::fromStdString(valueText(*value)) : QString();
      });
    }
    addNumbers({title, {}, positive && most >= 10 * least, false}, [&record](const StudyCell& cell) {
      const auto value = valueOf(record, cell);
      return value ? numberOf(*value).value_or(std::nan("")) : std::nan("");
    });
  }

  ParallelData take() { return std::move(data_); }
  std::size_t count() const { return data_.axes.size(); }
  void colourBy(std::size_t axis) { data_.colourAxis = axis; }

 private:
  const std::vector<StudyCell>& cells_;
  ParallelData data_;
};

}  // namespace

ParallelData optionAxes(const StudyResults& results) {
  Axes axes(results.cells);
  axes.addWords(ParallelAxes::tr("Method"),
                [](const StudyCell& cell) { return viewText(displayName(cell.options.method)); });
  static const std::set<std::string_view> kNotSettings{"method", "device", "threads", "eval-every", "save-every"};
  for (const OptionRecord& record : transferOptionTable())
    if (!kNotSettings.contains(record.id)) axes.addOption(record);
  axes.addWords(ParallelAxes::tr("Student"),
                [](const StudyCell& cell) { return QString::fromStdString(cell.student.name); });
  axes.addWords(ParallelAxes::tr("Teacher"), [](const StudyCell& cell) {
    return cell.teachers.size() == 1 ? QString::fromStdString(cell.teachers.front().name) : ParallelAxes::tr("several");
  });
  axes.colourBy(axes.count());
  axes.addNumbers({ParallelAxes::tr("Delta (points)"), {}, false, true},
                  [](const StudyCell& cell) { return 100 * cell.delta; });
  axes.addNumbers({ParallelAxes::tr("Gain (%)"), {}, false, false},
                  [](const StudyCell& cell) { return 100 * cell.gain; });
  axes.addNumbers({ParallelAxes::tr("Loss (%)"), {}, false, false},
                  [](const StudyCell& cell) { return 100 * cell.loss; });
  return axes.take();
}

}  // namespace gf
