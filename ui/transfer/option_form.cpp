// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transfer/option_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <map>
#include <vector>

#include "base/error.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {
namespace {

QString fromView(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString translated(std::string_view text) {
  return QCoreApplication::translate("options", std::string(text).c_str());
}

/// Rows on several teachers stand among the basic ones: whoever chose two teachers has to choose how, too.
bool isAboutTeachers(const OptionRecord& record) {
  return record.id == "teachers" || record.id == "teacher-order" || record.id == "soup-bn";
}

bool isAdvanced(const OptionRecord& record) {
  return record.advanced && !isAboutTeachers(record);
}

constexpr int kWidestLabel = 172;

QString groupName(OptionGroup group) {
  switch (group) {
    case OptionGroup::Objective:
      return OptionForm::tr("Objective");
    case OptionGroup::Optimiser:
      return OptionForm::tr("Optimiser");
    case OptionGroup::Data:
      return OptionForm::tr("Data");
    case OptionGroup::Run:
      break;
  }
  return OptionForm::tr("Run");
}

QString searchedText(const OptionRecord& record, Method method) {
  QStringList values;
  for (const GridAxis& axis : searchGrid(method)) {
    if (axis.option != record.id) continue;
    for (const double value : axis.values) values << QString::fromStdString(valueText(OptionValue(value)));
  }
  return values.join(QStringLiteral(", "));
}

/// A long label breaks between words, so that fields stay wide. Wrapping labels would overlap: a form layout does not
/// ask them for their height.
QString inTwoLines(QString label, const QFontMetrics& metrics) {
  if (metrics.horizontalAdvance(label) <= kWidestLabel) return label;
  qsizetype at = label.lastIndexOf(QLatin1Char(' '));
  while (at > 0 && metrics.horizontalAdvance(label.left(at)) > kWidestLabel)
    at = label.lastIndexOf(QLatin1Char(' '), at - 1);
  if (at > 0) label[at] = QLatin1Char('\n');
  return label;
}

struct Row {
  const OptionRecord* record = nullptr;
  QLabel* label = nullptr;
  QWidget* holder = nullptr;  ///< Field and its problem line.
  QWidget* field = nullptr;
  QLabel* problem = nullptr;
};

QFormLayout* makeForm() {
  auto* form = new QFormLayout;
  form->setHorizontalSpacing(space::kM);
  form->setVerticalSpacing(space::kS);
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  form->setLabelAlignment(Qt::AlignLeft | Qt::AlignTop);
  return form;
}

/// Words below the field, and the field's own text in the same colour; nothing when `rule` is empty.
void tellProblem(const Row& row, const QString& rule) {
  row.problem->setText(rule);
  row.problem->setVisible(!rule.isEmpty());
  const QColor danger = Theme::instance().colours().danger;
  QPalette words = row.problem->palette();
  words.setColor(QPalette::WindowText, danger);
  row.problem->setPalette(words);
  QPalette field;
  if (!rule.isEmpty()) field.setColor(QPalette::Text, danger);
  row.field->setPalette(field);
}

void setFieldText(QWidget* field, const QString& text) {
  const QSignalBlocker quiet(field);
  if (auto* box = qobject_cast<QCheckBox*>(field)) {
    box->setChecked(text == QStringLiteral("true"));
  } else if (auto* combo = qobject_cast<QComboBox*>(field)) {
    combo->setCurrentIndex(combo->findData(text));
  } else if (auto* line = qobject_cast<QLineEdit*>(field)) {
    if (line->text() != text) line->setText(text);
  }
}

}  // namespace

struct OptionForm::Private {
  FormTable table;
  TransferOptions options;
  std::size_t teachers = 1;
  std::vector<Row> rows;
  std::map<OptionGroup, QLabel*> headings;  ///< Of the advanced rows.
  QFormLayout* basic = nullptr;
  QFormLayout* advanced = nullptr;
  QWidget* fold = nullptr;
  QToolButton* toggle = nullptr;
  QLineEdit* search = nullptr;
  QLabel* nothing = nullptr;  ///< Told when a search finds no row.
  int labelWidth = 0;
};

bool hasEffect(const OptionRecord& record, const TransferOptions& options, std::size_t teachers) {
  if (!actsOn(record, options.method)) return false;
  if (isAboutTeachers(record) && teachers < 2) return false;
  if (record.id == "teacher-order") return options.teachers == TeacherMode::Sequential;
  if (record.id == "soup-bn") return options.teachers == TeacherMode::Soup;
  if (record.id == "warmup-epochs") return options.schedule == Schedule::Cosine;
  return true;
}

QString optionLabel(const OptionRecord& record) {
  QString label = translated(record.label);
  if (!record.symbol.empty()) label += QChar(0x2002) + fromView(record.symbol);
  const bool number = record.type == OptionType::Integer || record.type == OptionType::Real;
  const QString unit = translated(record.unit);
  if (number && !unit.isEmpty() && !label.contains(unit, Qt::CaseInsensitive))
    label += QStringLiteral(" (%1)").arg(unit);
  return label;
}

QString optionValueText(const OptionRecord& record, const TransferOptions& options) {
  const OptionValue value = record.get(options);
  if (const bool* yes = std::get_if<bool>(&value)) return *yes ? OptionForm::tr("Yes") : OptionForm::tr("No");
  const std::string text = valueText(value);
  for (const auto& choice : record.choices) {
    if (choice.id == text) return translated(choice.label);
  }
  if (text == "auto" || (record.id == "threads" && text == "0")) return OptionForm::tr("Automatic");
  return QString::fromStdString(text);
}

namespace {

QString tipOf(const OptionRecord& record, const std::string& usual, const QString& searched) {
  QStringList lines{translated(record.help)};
  if (!record.unit.empty()) lines << OptionForm::tr("Unit: %1").arg(translated(record.unit));
  if (record.type != OptionType::Boolean)
    lines << OptionForm::tr("Range: %1").arg(QString::fromStdString(rangeText(record)));
  lines << OptionForm::tr("Default: %1").arg(QString::fromStdString(usual));
  if (!record.symbol.empty()) lines << OptionForm::tr("Symbol: %1").arg(fromView(record.symbol));
  if (!searched.isEmpty()) lines << OptionForm::tr("Values the authors searched: %1").arg(searched);
  lines << OptionForm::tr("Flag: --%1").arg(fromView(record.id));
  return lines.join('\n');
}

}  // namespace

QString optionTip(const OptionRecord& record, Method method) {
  return tipOf(record, defaultText(record), searchedText(record, method));
}

OptionForm::OptionForm(QWidget* parent) : OptionForm(FormTable{}, parent) {}

OptionForm::OptionForm(const FormTable& table, QWidget* parent)
    : QWidget(parent), private_(std::make_unique<Private>()) {
  private_->table = table;
  private_->options = table.defaults;
  build();
}

OptionForm::~OptionForm() = default;

void OptionForm::build() {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  private_->basic = makeForm();
  layout->addLayout(private_->basic);
  buildFold();
  layout->addWidget(private_->toggle, 0, Qt::AlignLeft);
  layout->addWidget(private_->fold);
  int& width = private_->labelWidth;
  for (const auto& record : private_->table.records) {
    addRow(record);
    width = std::max(width, private_->rows.back().label->sizeHint().width());
  }
  // One column of fields, whether a row is basic or advanced.
  for (auto& row : private_->rows) row.label->setMinimumWidth(width);
  setTabOrders();
  connect(&Theme::instance(), &Theme::changed, this, [this] {
    for (const auto& row : private_->rows) tellProblem(row, row.problem->text());
  });
  setOptions(private_->options);
}

void OptionForm::buildFold() {
  private_->toggle = new QToolButton(this);
  private_->toggle->setText(tr("Advanced settings"));
  private_->toggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  private_->toggle->setArrowType(Qt::RightArrow);
  private_->toggle->setCheckable(true);
  private_->toggle->setAutoRaise(true);
  private_->fold = new QWidget(this);
  auto* foldLayout = new QVBoxLayout(private_->fold);
  foldLayout->setContentsMargins(0, 0, 0, 0);
  foldLayout->setSpacing(space::kS);
  private_->search = new QLineEdit(private_->fold);
  private_->search->setObjectName(QStringLiteral("search-settings"));
  private_->search->setPlaceholderText(tr("Search settings"));
  private_->search->setAccessibleName(tr("Search settings"));
  private_->search->setClearButtonEnabled(true);
  foldLayout->addWidget(private_->search);
  private_->advanced = makeForm();
  foldLayout->addLayout(private_->advanced);
  private_->nothing = mutedLabel(tr("No setting is called that."), private_->fold);
  private_->nothing->hide();
  foldLayout->addWidget(private_->nothing);
  connect(private_->toggle, &QToolButton::toggled, this, [this](bool open) {
    private_->toggle->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    private_->fold->setVisible(open);
  });
  private_->fold->setVisible(false);
  connect(private_->search, &QLineEdit::textChanged, this, &OptionForm::showRows);
}

/// From top to bottom: fields were made apart from the form, so Qt does not know their order.
void OptionForm::setTabOrders() {
  QWidget* last = nullptr;
  const auto next = [&last](QWidget* widget) {
    if (last) QWidget::setTabOrder(last, widget);
    last = widget;
  };
  for (const bool advanced : {false, true}) {
    if (advanced) {
      next(private_->toggle);
      next(private_->search);
    }
    for (const auto& row : private_->rows) {
      if (isAdvanced(*row.record) == advanced) next(row.field);
    }
  }
}

void OptionForm::addRow(const OptionRecord& record) {
  if (isAdvanced(record) && !private_->headings.contains(record.group)) {
    QLabel* heading = mutedLabel(groupName(record.group));
    QFont font = Theme::instance().font(TextStyle::Body);
    font.setWeight(QFont::DemiBold);
    heading->setFont(font);
    private_->headings[record.group] = heading;
    private_->advanced->addRow(heading);
  }
  Row row;
  row.record = &record;
  row.holder = new QWidget;
  auto* column = new QVBoxLayout(row.holder);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(2);
  const QString id = fromView(record.id);
  if (record.type == OptionType::Choice) {
    auto* combo = new QComboBox;
    for (const auto& choice : record.choices) {
      combo->addItem(translated(choice.label), fromView(choice.id));
      combo->setItemData(combo->count() - 1, translated(choice.help), Qt::ToolTipRole);
    }
    connect(combo, &QComboBox::currentIndexChanged, this,
            [this, combo, id] { edited(id, combo->currentData().toString()); });
    row.field = combo;
  } else if (record.type == OptionType::Boolean) {
    auto* box = new QCheckBox;
    connect(box, &QCheckBox::toggled, this,
            [this, id](bool on) { edited(id, on ? QStringLiteral("true") : QStringLiteral("false")); });
    row.field = box;
  } else {
    auto* line = new QLineEdit;
    connect(line, &QLineEdit::textEdited, this, [this, id](const QString& text) { edited(id, text.trimmed()); });
    row.field = line;
  }
  row.field->setObjectName(QStringLiteral("option-") + id);
  row.field->setAccessibleName(translated(record.label));
  column->addWidget(row.field);
  row.problem = sentenceLabel();
  row.problem->setFont(Theme::instance().font(TextStyle::Small));
  row.problem->hide();
  column->addWidget(row.problem);
  row.label = new QLabel;
  row.label->setText(inTwoLines(optionLabel(record), row.label->fontMetrics()));
  row.label->setBuddy(row.field);
  (isAdvanced(record) ? private_->advanced : private_->basic)->addRow(row.label, row.holder);
  private_->rows.push_back(row);
}

const TransferOptions& OptionForm::options() const {
  return private_->options;
}

void OptionForm::setOptions(const TransferOptions& options) {
  private_->options = options;
  for (auto& row : private_->rows) {
    setFieldText(row.field, QString::fromStdString(valueText(row.record->get(options))));
    tellProblem(row, {});
  }
  showTips();
  showRows();
  emit changed();
}

void OptionForm::setTeacherCount(std::size_t count) {
  if (count == private_->teachers) return;
  private_->teachers = count;
  showRows();
}

bool OptionForm::applies(const OptionRecord& record) const {
  return hasEffect(record, private_->options, private_->teachers);
}

void OptionForm::showTips() {
  for (const auto& row : private_->rows) {
    const OptionRecord& record = *row.record;
    const FormTable& table = private_->table;
    const bool usual = record.get(table.defaults) == record.get(TransferOptions{});
    const QString tip = tipOf(record, usual ? defaultText(record) : valueText(record.get(table.defaults)),
                              table.searched ? searchedText(record, private_->options.method) : QString());
    row.field->setAccessibleDescription(tip);
    row.field->setToolTip(tip);
    row.label->setToolTip(tip);
  }
}

QString OptionForm::problem() const {
  for (const auto& row : private_->rows) {
    if (!row.problem->text().isEmpty() && applies(*row.record)) {
      return tr("%1 %2.").arg(translated(row.record->label), row.problem->text());
    }
  }
  return {};
}

void OptionForm::edited(const QString& id, const QString& text) {
  for (auto& row : private_->rows) {
    if (fromView(row.record->id) != id) continue;
    try {
      setOption(private_->options, *row.record, parseOption(*row.record, text.toStdString()));
      tellProblem(row, {});
    } catch (const Error& error) {
      tellProblem(row, QString::fromStdString(error.rule()));
    }
  }
  // A method has its own weight of the KL term: show the one that now counts.
  if (id == QStringLiteral("method")) {
    private_->options.lambda.reset();
    setOptions(private_->options);
    return;
  }
  showRows();  // one choice may give another a meaning
  emit changed();
}

void OptionForm::showRows() {
  const QString wanted = private_->search->text().trimmed();
  std::map<OptionGroup, bool> any;
  for (const auto& row : private_->rows) {
    const OptionRecord& record = *row.record;
    const bool found = !isAdvanced(record) || wanted.isEmpty() ||
                       optionLabel(record).contains(wanted, Qt::CaseInsensitive) ||
                       fromView(record.id).contains(wanted, Qt::CaseInsensitive) ||
                       groupName(record.group).contains(wanted, Qt::CaseInsensitive) ||
                       translated(record.help).contains(wanted, Qt::CaseInsensitive);
    const bool shown = found && applies(record);
    row.label->setVisible(shown);
    row.holder->setVisible(shown);
    if (shown && isAdvanced(record)) any[record.group] = true;
  }
  for (const auto& [group, heading] : private_->headings) heading->setVisible(any[group]);
  private_->nothing->setVisible(std::none_of(any.begin(), any.end(), [](const auto& each) { return each.second; }));
}

void OptionForm::focusSearch() {
  private_->toggle->setChecked(true);
  private_->search->setFocus(Qt::ShortcutFocusReason);
  private_->search->selectAll();
}

int OptionForm::labelWidth() const {
  return private_->labelWidth;
}

QWidget* OptionForm::field(const QString& id) const {
  for (const auto& row : private_->rows) {
    if (fromView(row.record->id) == id) return row.field;
  }
  return nullptr;
}

}  // namespace gf
