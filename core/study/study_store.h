// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "study/expansion.h"

namespace gf {

/// How a cell stands.
enum class CellState {
  Missing,  ///< Not begun, or interrupted: the next run takes it up.
  Running,  ///< Some process works at it now.
  Done,
  Failed  ///< Ended with an error, which is kept.
};

/// A cell as study.json lists it, for those who have no models at hand. How it stands say its marks (StudyIndex).
struct ListedCell {
  std::string name, id, student, method;
  std::string setting;  ///< What tells it from others of the study: "KL+DP, lr 0.001", of a team "KL+DP, soup".
  std::vector<std::string> teachers;
  std::uint64_t seed = 0;
  bool operator==(const ListedCell&) const = default;
};

/// A study on the disk:
///
///     study.json       the plan's name and the list of cells
///     plan.json        the plan with its models and data, from which the study can go on
///     cells/NAME/      the result folder of each cell, as `gainfinder transfer` makes it
///     marks/NAME.done  written once the cell's report is whole; NAME.error where it failed; NAME.lock
///
/// The folders and marks are the truth; everything is written atomically, and a lock goes with the process that holds
/// it. Several processes may work in one store, also from several machines where the file system
/// knows locks.
class StudyStore {
 public:
  explicit StudyStore(std::filesystem::path root) : root_(std::move(root)) {}

  /// Makes the folders and writes study.json and plan.json. Throws Error(Usage) when the folder holds something else,
  /// Error(Run).
  void open(const StudyPlan& plan, std::span<const PlanModel> models, const StudyExpansion& expansion) const;
  /// Throws Error(Input) when there is no study in the folder.
  std::vector<ListedCell> list() const;

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path folderOf(const std::string& cell) const { return root_ / "cells" / cell; }
  CellState stateOf(const std::string& cell) const;
  /// Whether some process holds the cell's lock now.
  bool isHeld(const std::string& cell) const;
  /// Whether it is done or failed, whoever holds its lock.
  bool isMarked(const std::string& cell) const;

  /// Held while a cell is worked at.
  class Claim {
   public:
    explicit Claim(int descriptor) : descriptor_(descriptor) {}
    ~Claim();
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;

   private:
    int descriptor_;
  };
  /// Nothing when another process works at the cell. Throws Error(Run).
  std::unique_ptr<Claim> claim(const std::string& cell) const;

  // By whoever holds the claim. Throw Error(Run).
  void markDone(const std::string& cell, double seconds) const;
  void markFailed(const std::string& cell, const Error& error) const;
  void clearFailure(const std::string& cell) const;

  /// What the mark of a cell that is done says. Nothing where it cannot be read: it is still a mark.
  std::optional<double> secondsOf(const std::string& cell) const;
  /// Why a cell failed, as Error::what(), or why that cannot be read.
  std::string errorOf(const std::string& cell) const;

 private:
  std::filesystem::path mark(const std::string& cell, const char* suffix) const;
  std::filesystem::path root_;
};

}  // namespace gf
