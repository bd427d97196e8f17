// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QWidget;

namespace gf {

class RunCenter;

/// What closing the window does while a transfer is going on.
enum class Leave { Stay, StopAndKeep, Discard };

/// Asks in a dialog; closing it means Stay.
Leave askHowToLeave(QWidget* parent, const RunCenter& runs);

/// Whether the workers of the study in `folder` may be stopped, so that the window can close; closing the question
/// means no.
bool askToStopStudy(QWidget* parent, const QString& folder);

/// Asks every queued or running transfer to stop; answers at once, runEnded() follows for each.
void stopAllRuns(RunCenter& runs, bool discard);

/// Pauses what runs, or lets it go on when it is held (Ctrl+.). Empty when done; else why not, as one sentence.
QString pauseOrResumeRun(RunCenter& runs);

}  // namespace gf
