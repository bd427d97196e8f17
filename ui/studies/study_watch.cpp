// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/studies/study_watch.h"

#include <QMetaObject>
#include <chrono>
#include <functional>
#include <utility>

#include "base/error.h"
#include "ui/studies/option_axes.h"

namespace gf {
namespace {

constexpr std::chrono::seconds kBetweenLooks{1};
constexpr double kRestFactor = 4;  // drawing all figures again may take a while: the machine is for the study

}  // namespace

StudyWatch::StudyWatch(const QString& folder, QObject* parent)
    : QObject(parent), folder_(folder), thread_([this](const std::stop_token& stop) { run(stop); }) {}

StudyWatch::~StudyWatch() {
  thread_.request_stop();
  wake_.notify_all();
}

void StudyWatch::look() {
  const std::lock_guard lock(mutex_);
  asked_ = true;
  wake_.notify_all();
}

void StudyWatch::tell(std::function<void()> news) {
  QMetaObject::invokeMethod(this, std::move(news), Qt::QueuedConnection);
}

void StudyWatch::wait(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, stop, kBetweenLooks, [this] { return asked_; });
  asked_ = false;
}

void StudyWatch::run(const std::stop_token& stop) {
  StudyIndex index(folder_.toStdString());
  ResultReader reader(folder_.toStdString());
  const Control control(stop, nullptr, {});
  std::shared_ptr<const StudyNow> now;
  std::size_t done = 0;
  double restUntil = 0;
  QString told;
  for (; !stop.stop_requested(); wait(stop)) {
    QString problem;
    try {
      if (index.refresh(control)) {
        now = std::make_shared<const StudyNow>(studyNow(index.cells()));
        tell([this, now] {
          now_ = now;
          emit cellsChanged();
        });
      }
      if (now && now->counts.done != done && monotonicSeconds() >= restUntil) {
        const double start = monotonicSeconds();
        const auto results = reader.read(now->cells, control);
        const auto options = results ? std::make_shared<const ParallelData>(optionAxes(*results)) : nullptr;
        done = now->counts.done;
        restUntil = monotonicSeconds() + kRestFactor * (monotonicSeconds() - start);
        tell([this, results, options] {
          results_ = results;
          options_ = options;
          emit resultsChanged();
        });
      }
    } catch (const Stopped&) {
      return;
    } catch (const std::exception& error) {
      problem = QString::fromUtf8(error.what());
    }
    if (problem == told) continue;
    told = problem;
    tell([this, problem] {
      problem_ = problem;
      emit problemChanged();
    });
  }
}

}  // namespace gf
