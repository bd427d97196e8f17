// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/sample_zoom.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/compare/sample_model.h"
#include "ui/compare/sample_text.h"
#include "ui/compare/top_classes.h"
#include "ui/compare/zoom_picture.h"
#include "ui/style/eliding_label.h"
#include "ui/style/numbers.h"
#include "ui/style/theme.h"
#include "ui/style/widgets.h"

namespace gf {

SampleZoom::SampleZoom(SampleModel& model, QWidget* parent)
    : QDialog(parent),
      model_(model),
      picture_(new ZoomPicture(this)),
      truth_(titleLabel({}, this)),
      outcome_(new QLabel(this)),
      gap_(mutedLabel({}, this)),
      place_(mutedLabel({}, this)),
      name_(new ElidingLabel(this)),
      teacher_(new TopClasses(Role::Teacher, this)),
      student_(new TopClasses(Role::Student, this)),
      previous_(new QPushButton(tr("Previous"), this)),
      next_(new QPushButton(tr("Next"), this)) {
  setObjectName(QStringLiteral("sampleZoom"));
  setWindowTitle(tr("Image"));
  build();
  picture_->setData(model_.comparison() ? model_.comparison()->data.eval : nullptr);
  connect(previous_, &QPushButton::clicked, this, [this] { step(-1); });
  connect(next_, &QPushButton::clicked, this, [this] { step(1); });
  connect(&model_, &QAbstractItemModel::modelAboutToBeReset, this, &QDialog::reject);
  const QSize around = parent ? parent->window()->size() : QSize(1280, 800);
  resize(QSize(around.width() * 4 / 5, around.height() * 4 / 5).boundedTo({1400, 900}).expandedTo({840, 480}));
}

void SampleZoom::build() {
  truth_->setTextFormat(Qt::PlainText);
  truth_->setWordWrap(true);
  gap_->setWordWrap(true);
  place_->setObjectName(QStringLiteral("zoomPlace"));
  previous_->setToolTip(tr("The image before in the gallery (left arrow)"));
  next_->setToolTip(tr("The next image in the gallery (right arrow)"));
  auto* close = new QPushButton(tr("Close"), this);
  close->setToolTip(tr("Back to the gallery (Esc)"));
  connect(close, &QPushButton::clicked, this, &QDialog::accept);
  for (QPushButton* button : {previous_, next_, close}) {
    button->setAutoDefault(false);  // the Enter that opened the dialog presses nothing in it
    button->installEventFilter(this);
  }
  auto* models = new QHBoxLayout;
  models->setSpacing(space::kXl);
  models->addWidget(teacher_);
  models->addWidget(student_);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(space::kS);
  buttons->addWidget(place_);
  buttons->addStretch(1);
  buttons->addWidget(previous_);
  buttons->addWidget(next_);
  buttons->addWidget(close);
  auto* right = new QVBoxLayout;
  right->setSpacing(space::kXs);
  right->addWidget(truth_);
  right->addWidget(outcome_);
  right->addWidget(name_);
  right->addSpacing(space::kL);
  right->addLayout(models);
  right->addWidget(gap_);
  right->addStretch(1);
  right->addLayout(buttons);
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(space::kXl, space::kXl, space::kXl, space::kL);
  layout->setSpacing(space::kXl);
  layout->addWidget(picture_, 1);
  layout->addLayout(right);
}

void SampleZoom::showRow(int row) {
  const auto& comparison = model_.comparison();
  if (!comparison || row < 0 || row >= model_.rowCount()) return;
  row_ = row;
  const std::size_t sample = model_.sample(row);
  std::vector<std::size_t> ahead;
  for (const int near : {row - 1, row + 1})
    if (near >= 0 && near < model_.rowCount()) ahead.push_back(model_.sample(near));
  picture_->show(sample, ahead);
  const auto truth = comparison->data.eval->labels()[sample];
  truth_->setText(className(*comparison, truth));
  outcome_->setText(outcomeText(comparison->knowledge[kTeacher].outcomes[sample]));
  name_->say(QString::fromStdString(comparison->data.eval->sampleName(sample)));
  teacher_->show(*comparison, sample);
  student_->show(*comparison, sample);
  const auto index = static_cast<std::size_t>(truth);
  const double gap = comparison->teacherPredictions[kTeacher].probability(sample, index) -
                     comparison->studentPredictions.probability(sample, index);
  gap_->setText(tr("Confidence gap: %1 points (the teacher's probability of the truth less the student's)")
                    .arg(signedText(100 * gap, 1)));
  place_->setText(tr("%1 of %2").arg(countText(row + 1), countText(model_.rowCount())));
  picture_->setAccessibleName(tr("Image of class %1").arg(truth_->text()));
  previous_->setEnabled(row > 0);
  next_->setEnabled(row + 1 < model_.rowCount());
  emit rowChanged(row);
}

void SampleZoom::step(int by) {
  if (row_ + by < 0 || row_ + by >= model_.rowCount()) return;
  showRow(row_ + by);
}

bool SampleZoom::stepByKey(int key) {
  switch (key) {
    case Qt::Key_Left:
    case Qt::Key_Up:
      step(-1);
      return true;
    case Qt::Key_Right:
    case Qt::Key_Down:
      step(1);
      return true;
    case Qt::Key_Home:
      showRow(0);
      return true;
    case Qt::Key_End:
      showRow(model_.rowCount() - 1);
      return true;
    default:
      return false;
  }
}

void SampleZoom::keyPressEvent(QKeyEvent* event) {
  if (!stepByKey(event->key())) QDialog::keyPressEvent(event);
}

/// A focused button would take the arrow keys to go to its neighbour.
bool SampleZoom::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::KeyPress && stepByKey(static_cast<QKeyEvent*>(event)->key())) return true;
  return QDialog::eventFilter(watched, event);
}

}  // namespace gf
