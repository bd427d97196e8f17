// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "data/dataset.h"
#include "jobs/compare_job.h"
#include "jobs/job_runner.h"
#include "knowledge/flips.h"
#include "models/inspection.h"
#include "options/transfer_options.h"

namespace gf {

class ShelfModel;
class RunCenter;
struct LabelMap;
struct PairMeaning;
struct Shelf;

/// The two places a model can take.
enum class Slot { Teacher, Student };

/// What the user is looking at; one for every view.
struct Selection {
  std::set<int> classes;           ///< Class indices; empty: all.
  std::optional<Outcome> outcome;  ///< Unset: all.
  bool operator==(const Selection&) const = default;
};

/// The state behind the window: the shelf, the two slots, the data, the comparison, the shared selection. Every slow
/// thing runs as a job on the workspace's own worker thread (comparisons, inspections, opening data) or in the
/// RunCenter (transfers); signals arrive on the GUI thread. Pages read it and ask it; they never compute.
class Workspace final : public QObject {
  Q_OBJECT
 public:
  explicit Workspace(QObject* parent = nullptr);
  ~Workspace() override;

  /// Shelf, slots and data as they were when the program was last left.
  void restore();

  ShelfModel& shelf() { return *shelf_; }
  RunCenter& runs() { return *runs_; }

  /// Files, or folders to scan, are inspected in a child process and listed, readable or not. A model's folder of
  /// Hugging Face stands for its weights.
  void addModels(const QStringList& filesOrFolders);
  /// Metadata keys for a file that carries none; inspects it again.
  void supplyMetadata(const QString& path, const nlohmann::json& keys);
  void removeModel(const QString& path);

  /// The chosen models; empty until chosen. The path must be a usable row of the shelf (else nothing happens and false
  /// is returned).
  bool setTeacher(const QString& path);
  bool setStudent(const QString& path);
  /// Puts a file into a slot, adding it to the shelf first where it is not there; it takes its place once it was read.
  void take(Slot slot, const QString& path);
  /// Empty when the shelf's model may take the slot; else why not, as one sentence.
  QString slotBlocked(Slot slot, const QString& path) const;
  void swapModels();
  QString pathIn(Slot slot) const;  ///< Empty while nothing is chosen.
  const Inspection* teacher() const;
  const Inspection* student() const;

  /// Every chosen teacher: the slot's, which is the one compared, then the further ones. A transfer takes all of them.
  QStringList teacherPaths() const;
  std::vector<const Inspection*> teachers() const;  ///< In the same order.
  /// Empty when the shelf's model may join the teachers; else why not, as one sentence.
  QString addTeacherBlocked(const QString& path) const;
  /// Adds a teacher after the others; the first one takes the slot.
  bool addTeacher(const QString& path);
  /// The same for any file: it is put on the shelf first where it is not there, and joins once it was read.
  void takeTeacher(const QString& file);
  /// Takes a teacher out; when it stood in the slot, the next one moves up.
  void removeTeacher(const QString& path);
  /// Moves a teacher up (−1) or down (+1) in the order; who comes first stands in the slot.
  void moveTeacher(const QString& path, int by);

  /// Opens a data folder in the background; dataChanged() follows, with data() null and dataProblem() set when it could
  /// not be read.
  void openData(const QString& path);
  const DataSource* data() const { return data_ ? &*data_ : nullptr; }
  bool openingData() const;
  QString dataPath() const { return dataPath_; }
  const std::optional<Error>& dataProblem() const { return dataProblem_; }

  /// How the transfer set is drawn, for every view that counts it; the transfer form sets it.
  const SubsetRule& subsetRule() const { return subsetRule_; }
  void setSubsetRule(const SubsetRule& rule);

  /// What comparisons do with images that cannot be read; kept between sessions. The transfer form shows it as well.
  BadImages badImages() const { return badImages_; }
  void setBadImages(BadImages rule);

  /// How the classes of the student (against open data) and of each teacher fit the data's, or the student's while no
  /// data are open. The reference holds until models or data change.
  const std::vector<LabelMap>& labelMaps() const;
  /// Where the classes of student, teachers and data disagree, one line each; empty when they match or something is not
  /// chosen yet. Classes are matched by name, whatever their order; a teacher may lack some.
  QStringList labelMismatches() const;
  /// Whose classes are in another order, are more, or miss some, a sentence each; nothing of it blocks a comparison.
  QStringList labelNotes() const;
  /// Empty when a comparison can start; else what is missing, as one sentence.
  QString compareBlocked() const;
  /// Empty when a transfer can be configured and started; else what is missing.
  QString transferBlocked() const;

  /// Starts comparing (a newer request replaces a waiting one); comparisonChanged() follows.
  void compare();
  void cancelCompare();
  std::shared_ptr<const Comparison> comparison() const { return comparison_; }
  /// Why the last comparison failed.
  const std::optional<Error>& compareProblem() const { return compareProblem_; }
  bool comparing() const;

  /// Who is asked what the classes mean, as --semantics takes it ("wordnet", "head", "clip:FOLDER"); empty: nobody. It
  /// is remembered between sessions; at first it is WordNet where that is installed, else the teacher's classifier
  /// rows.
  QString semantics() const;
  /// Asks another provider about the present comparison and those to come; meaningChanged() follows.
  void setSemantics(const QString& provider);
  /// Asks the same provider again (a file of senses was changed).
  void askMeaningAgain();
  /// Of the present comparison; null while there is none, it is not known yet, or it failed.
  std::shared_ptr<const PairMeaning> meaning() const { return meaning_; }
  const std::optional<Error>& meaningProblem() const { return meaningProblem_; }
  bool askingMeaning() const;
  /// Stops asking; there is no answer then until somebody is asked again.
  void cancelMeaning();

  /// Empty when all usable models of the shelf can be compared with each other; else what is missing, as one sentence.
  QString shelfBlocked() const;
  /// Evaluates the usable models of the shelf and compares all pairs; shelfCompared() follows.
  void compareShelf();
  void cancelShelf();
  /// The last result, as long as data and models are the same.
  std::shared_ptr<const Shelf> shelfResult() const { return shelfResult_; }
  const std::optional<Error>& shelfProblem() const { return shelfProblem_; }
  bool comparingShelf() const;
  /// How far that is; nothing when it is not going on.
  std::optional<JobStatus> shelfProgress() const;
  /// The models on the shelf that the last result does not have, or that the first one will pass over, each with its
  /// reason: "broken.pt: …".
  QStringList shelfLeftOut() const;

  const Selection& selection() const { return selection_; }
  void select(Selection selection);

  /// The shipped models and data, the default pair chosen, compared at once.
  void openSample();
  /// Settings that suit what was opened (the sample's one-minute transfer); a transfer form starts from them.
  const std::optional<TransferOptions>& suggestedOptions() const { return suggestedOptions_; }
  /// Asks the transfer form to take the suggested settings again.
  void suggestAgain();

  /// Runs `job` on the interactive worker; `done` is called on the GUI thread when it has ended (status with state and
  /// failure), unless `context` was given and is gone by then.
  std::uint64_t start(std::shared_ptr<Job> job, std::function<void(const JobStatus&)> done, QObject* context = nullptr);
  /// The same beside what reads and what computes: for short work that prepares what is shown.
  std::uint64_t startBeside(std::shared_ptr<Job> job, std::function<void(const JobStatus&)> done,
                            QObject* context = nullptr);
  /// The same for imports, and for what goes through all images: each on a worker of its own, as they take minutes.
  std::uint64_t startImporting(std::shared_ptr<Job> job, std::function<void(const JobStatus&)> done, QObject* context);
  std::uint64_t startChecking(std::shared_ptr<Job> job, std::function<void(const JobStatus&)> done, QObject* context);
  void cancel(std::uint64_t id);
  /// How far a job is that was started here; nothing once it was told of its end.
  std::optional<JobStatus> statusOf(std::uint64_t id) const;
  /// The interactive work going on now, for the status bar; nothing when idle.
  std::optional<JobStatus> activity() const;

 signals:
  /// A file that the user added holds weights without a program: it can be imported.
  void weightsAdded(const QString& path);
  void slotsChanged();  ///< Any teacher, their order, or the student.
  void dataChanged();
  void subsetRuleChanged();
  void badImagesChanged();
  void comparisonChanged();  ///< A new result, a failure, or begun.
  void meaningChanged();     ///< A new answer, a failure, begun, or forgotten.
  void shelfCompared();      ///< The same for the whole shelf.
  void selectionChanged();
  void activityChanged();
  void sampleOpened();             ///< Its comparison is on the way.
  void suggestedOptionsChanged();  ///< A form takes them over when it hears this, and when it is made.
  void saved();                    ///< What is kept between sessions was written.
  void problem(const QString& title, const QString& details);  ///< For the Problems dock.

 private:
  struct Private;
  void jobChanged(std::uint64_t id, const JobStatus& status);
  std::uint64_t startIn(int lane, std::shared_ptr<Job> job, std::function<void(const JobStatus&)> done,
                        QObject* context);
  void inspect(std::vector<ModelChoice> choices);
  void listPending(const ModelChoice& choice);
  void giveUpPending(const QString& path, const std::optional<Error>& failure);
  void takeInspection(const Inspection& inspection, bool weights);
  bool choose(Slot slot, const QString& path);
  void teachersChanged();
  void forgetComparison();
  /// Who is asked as long as the user has not said.
  static QString firstSemantics();
  void askMeaning();
  void forgetMeaning();
  void watchShelf();
  void checkShelf();
  QString shelfMisfit(const QString& path) const;
  void forgetShelf();
  void tryToCompare();
  void suggestForData();
  void remember();

  std::unique_ptr<Private> private_;
  std::unique_ptr<ShelfModel> shelf_;
  std::unique_ptr<RunCenter> runs_;
  std::optional<DataSource> data_;
  QString dataPath_;
  std::optional<Error> dataProblem_;
  std::shared_ptr<const Comparison> comparison_;
  std::optional<Error> compareProblem_;
  std::shared_ptr<const PairMeaning> meaning_;
  std::optional<Error> meaningProblem_;
  std::shared_ptr<const Shelf> shelfResult_;
  std::optional<Error> shelfProblem_;
  Selection selection_;
  std::optional<TransferOptions> suggestedOptions_;
  SubsetRule subsetRule_;
  BadImages badImages_ = BadImages::Stop;
};

}  // namespace gf
