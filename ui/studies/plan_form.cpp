// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/plan_form.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/studies/method_rows.h"
#include "ui/studies/model_checks.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"
#include "ui/workspace/shelf_model.h"
#include "ui/workspace/workspace.h"

namespace gf {

PlanForm::PlanForm(Workspace& workspace, QWidget* parent)
    : QWidget(parent),
      workspace_(workspace),
      students_(new ModelChecks(this)),
      teachers_(new ModelChecks(this)),
      methods_(new MethodRows(this)) {
  auto* lists = new QHBoxLayout;
  lists->setSpacing(space::kM);
  lists->addWidget(buildList(students_, tr("Students"), QStringLiteral("planStudents")), 1);
  lists->addWidget(buildList(teachers_, tr("Teachers"), QStringLiteral("planTeachers")), 1);
  QTableView* methods = makeMethodView(methods_, this);
  methods->setObjectName(QStringLiteral("planMethods"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kS);
  layout->addLayout(lists, 1);
  layout->addWidget(methods);
  layout->addWidget(buildFields());
  methods_->check(Method::Kl, true);
  methods_->check(Method::KlDp, true);
  connect(students_, &ModelChecks::changed, this, &PlanForm::changed);
  connect(teachers_, &ModelChecks::changed, this, &PlanForm::changed);
  connect(methods_, &MethodRows::changed, this, &PlanForm::changed);
  ShelfModel& shelf = workspace_.shelf();
  connect(&shelf, &QAbstractItemModel::rowsInserted, this, &PlanForm::readShelf);
  connect(&shelf, &QAbstractItemModel::rowsRemoved, this, &PlanForm::readShelf);
  connect(&shelf, &QAbstractItemModel::dataChanged, this, &PlanForm::readShelf);
  connect(&workspace_, &Workspace::slotsChanged, this, &PlanForm::readShelf);
  connect(&workspace_, &Workspace::dataChanged, this, &PlanForm::changed);
  readShelf();
}

QWidget* PlanForm::buildList(ModelChecks* model, const QString& title, const QString& name) {
  auto* column = new QWidget(this);
  auto* heading = new QLabel(title, column);
  auto* list = new QListView(column);
  list->setModel(model);
  list->setObjectName(name);
  list->setAccessibleName(title);
  list->setUniformItemSizes(true);
  list->setMinimumHeight(110);
  list->setTextElideMode(Qt::ElideMiddle);
  list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* head = new QHBoxLayout;
  head->setSpacing(space::kXs);
  head->addWidget(heading);
  head->addStretch(1);
  for (const bool on : {true, false}) {
    auto* button = new QToolButton(column);
    button->setText(on ? tr("All") : tr("None"));
    button->setAccessibleName(on ? tr("All %1").arg(title) : tr("No %1").arg(title));
    button->setAutoRaise(true);
    connect(button, &QToolButton::clicked, model, [model, on] { model->checkAll(on); });
    head->addWidget(button);
  }
  auto* layout = new QVBoxLayout(column);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(space::kXs);
  layout->addLayout(head);
  layout->addWidget(list, 1);
  return column;
}

QWidget* PlanForm::buildFields() {
  auto* fields = new QWidget(this);
  auto* grid = new QGridLayout(fields);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(space::kS);
  grid->setVerticalSpacing(space::kS);
  const auto add = [&](int row, int column, const QString& label, const QString& placeholder, const QString& tip,
                       const char* name) {
    auto* line = new QLineEdit(fields);
    line->setPlaceholderText(placeholder);
    line->setToolTip(tip);
    line->setAccessibleName(label);
    line->setObjectName(QLatin1String(name));
    auto* words = new QLabel(label, fields);
    words->setBuddy(line);
    grid->addWidget(words, row, column);
    grid->addWidget(line, row, column + 1);
    connect(line, &QLineEdit::textChanged, this, &PlanForm::changed);
    return line;
  };
  name_ = add(0, 0, tr("Name"), tr("study"), tr("What the study is called"), "planName");
  seeds_ = add(0, 2, tr("Seeds"), QStringLiteral("0"), tr("Each cell is run once for each: 0, 1, 2"), "planSeeds");
  epochs_ = add(1, 0, tr("Epochs"), tr("as the presets have it"), tr("Of every cell"), "planEpochs");
  subset_ = add(1, 2, tr("Transfer set"), tr("as the presets have it"),
                tr("A share of each class (0.1) or samples of each class (130perclass)"), "planSubset");
  grid->setColumnStretch(1, 1);
  grid->setColumnStretch(3, 1);
  return fields;
}

void PlanForm::readShelf() {
  std::vector<ModelChecks::Item> students, teachers;
  for (const ShelfModel::Row& row : workspace_.shelf().rows()) {
    if (row.pending || !row.inspection.usable()) continue;
    ModelChecks::Item item;
    item.path = QString::fromStdString(row.choice.path.string());
    item.name = QString::fromStdString(row.inspection.metadata->name);
    item.detail = tr("%1, %2 parameters\n%3")
                      .arg(QString::fromStdString(row.inspection.metadata->family),
                           countText(row.inspection.parameters), item.path);
    // A worker reads the file alone.
    if (row.choice.metadata.is_object())
      item.reason = tr("Its details were given by hand; a study takes models that carry them in their file.");
    teachers.push_back(item);
    if (item.reason.isEmpty() && row.inspection.traced) item.reason = tr("It is a traced module, which cannot learn.");
    students.push_back(std::move(item));
  }
  students_->setItems(std::move(students));
  teachers_->setItems(std::move(teachers));
  tickSlots();
}

/// The chosen pair, as long as the user has ticked nothing else.
void PlanForm::tickSlots() {
  const auto ticked = [](const ModelChecks& checks) {
    QStringList paths;
    for (const auto& item : checks.checked()) paths << item.path;
    return paths;
  };
  const auto follow = [&](ModelChecks& checks, QStringList& before, const QStringList& now) {
    QStringList present = before;
    present.removeIf([&](const QString& path) {
      return std::none_of(checks.items().begin(), checks.items().end(),
                          [&](const auto& item) { return item.path == path; });
    });
    QStringList is = ticked(checks);
    is.sort();
    present.sort();
    if (is != present) return;
    before = now;
    checks.setChecked(now);
  };
  QStringList student{workspace_.pathIn(Slot::Student)};
  student.removeAll(QString());
  follow(*students_, slotStudents_, student);
  follow(*teachers_, slotTeachers_, workspace_.teacherPaths());
}

QString PlanForm::name() const {
  const QString typed = name_->text().trimmed();
  return typed.isEmpty() ? name_->placeholderText() : typed;
}

PlanDraft PlanForm::draft() const {
  const auto models = [](const std::vector<ModelChecks::Item>& items) {
    std::vector<DraftModel> all;
    for (const auto& item : items) all.push_back({item.path.toStdString(), item.name.toStdString()});
    return all;
  };
  PlanDraft draft;
  draft.name = name().toStdString();
  draft.data = workspace_.dataPath().toStdString();
  draft.students = models(students_->checked());
  draft.teachers = models(teachers_->checked());
  draft.shelf = models(teachers_->items());
  draft.excluded = excluded_;
  draft.methods = methods_->chosen();
  draft.epochs = epochs_->text().trimmed().toStdString();
  draft.subset = subset_->text().trimmed().toStdString();
  draft.seeds = seeds_->text().toStdString();
  return draft;
}

void PlanForm::toggleExcluded(const std::filesystem::path& teacher, const std::filesystem::path& student) {
  const std::pair pair(teacher, student);
  if (std::erase(excluded_, pair) == 0) excluded_.push_back(pair);
  emit changed();
}

bool PlanForm::isExcluded(const std::filesystem::path& teacher, const std::filesystem::path& student) const {
  return std::find(excluded_.begin(), excluded_.end(), std::pair(teacher, student)) != excluded_.end();
}

}  // namespace gf
