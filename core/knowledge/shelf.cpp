// SPDX-License-Identifier: Apache-2.0
#include "knowledge/shelf.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <thread>
#include <utility>

#include "base/error.h"

// Without the instruction a popcount is a function call; the processor decides when the program starts.
#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define GF_COUNTS_BITS __attribute__((target_clones("popcnt", "default")))
#else
#define GF_COUNTS_BITS
#endif

namespace gf {
namespace {

constexpr std::size_t kWordBits = 64;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double share(std::int64_t count, std::int64_t samples) {
  return samples > 0 ? static_cast<double>(count) / static_cast<double>(samples) : 0;
}

/// z > 1.645 in whole numbers, so that equal leads are judged alike: 1.645² = 108241 / 40000.
bool beyondChance(std::int64_t more, std::int64_t fewer) {
  const auto lead = static_cast<double>(more - fewer);
  return more > fewer && 40000 * lead * lead > 108241 * static_cast<double>(more + fewer);
}

/// What one ordered pair comes to, summed over classes.
struct PairSums {
  std::int64_t flips = 0, headroom = 0;
  double logs = 0;  ///< Σ c·ln c

  double entropy() const {
    if (flips == 0) return kNone;
    const auto all = static_cast<double>(flips);
    return std::max(std::log(all) - logs / all, 0.0);  // rounding may leave −1e-16 where one class holds all
  }
};

/// What all pairs need to know of the models: bits and counts, laid out by class.
struct Layout {
  std::size_t classes = 0, words = 0;
  const std::size_t* firstWord = nullptr;
  const std::uint64_t* bits = nullptr;       // [M][words]
  const std::int64_t* classRight = nullptr;  // [M][classes]
  const double* timesLog = nullptr;          // c·ln c
};

/// Both directions of a pair at once: what both get right tells what each alone does.
GF_COUNTS_BITS void countPair(const Layout& layout, std::size_t a, std::size_t b, PairSums& forward,
                              PairSums& backward) {
  const std::uint64_t* left = layout.bits + a * layout.words;
  const std::uint64_t* right = layout.bits + b * layout.words;
  const std::int64_t* leftRight = layout.classRight + a * layout.classes;
  const std::int64_t* rightRight = layout.classRight + b * layout.classes;
  for (std::size_t k = 0; k < layout.classes; ++k) {
    std::int64_t both = 0;
    for (std::size_t w = layout.firstWord[k]; w < layout.firstWord[k + 1]; ++w) {
      both += __builtin_popcountll(left[w] & right[w]);
    }
    const std::int64_t onlyLeft = leftRight[k] - both, onlyRight = rightRight[k] - both;
    forward.flips += onlyLeft;
    backward.flips += onlyRight;
    forward.logs += layout.timesLog[onlyLeft];
    backward.logs += layout.timesLog[onlyRight];
    const std::int64_t lead = onlyLeft - onlyRight;
    const auto wide = static_cast<double>(lead);
    const bool sure = 40000 * wide * wide > 108241 * static_cast<double>(onlyLeft + onlyRight);  // beyondChance()
    forward.headroom += sure && lead > 0 ? lead : 0;
    backward.headroom += sure && lead < 0 ? -lead : 0;
  }
}

void check(Labels truth, std::span<const Labels> predicted, int classes, int threads) {
  if (threads < 1) failUsage("threads", "must be at least 1", std::to_string(threads));
  for (std::size_t m = 0; m < predicted.size(); ++m) {
    if (predicted[m].size() == truth.size()) continue;
    failInput("model " + std::to_string(m),
              "must have one prediction per sample (" + std::to_string(truth.size()) + ")",
              std::to_string(predicted[m].size()));
  }
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (truth[i] >= 0 && truth[i] < classes) continue;
    failInput("label of sample " + std::to_string(i), "must be a class index from 0 to " + std::to_string(classes - 1),
              std::to_string(truth[i]));
  }
}

/// The bit that stands for each sample, and where each class begins.
std::vector<std::size_t> arrange(Labels truth, ShelfKnowledge& shelf) {
  for (const std::int32_t label : truth) ++shelf.classSamples[static_cast<std::size_t>(label)];
  shelf.firstWord.assign(shelf.classes + 1, 0);
  std::vector<std::size_t> next(shelf.classes);
  for (std::size_t k = 0; k < shelf.classes; ++k) {
    next[k] = shelf.firstWord[k] * kWordBits;
    const auto samples = static_cast<std::size_t>(shelf.classSamples[k]);
    shelf.firstWord[k + 1] = shelf.firstWord[k] + (samples + kWordBits - 1) / kWordBits;
  }
  std::vector<std::size_t> places(truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) places[i] = next[static_cast<std::size_t>(truth[i])]++;
  return places;
}

void fillModel(Labels truth, Labels predicted, const std::vector<std::size_t>& places, std::size_t model,
               ShelfKnowledge& shelf) {
  std::uint64_t* bits = shelf.rightBits.data() + model * shelf.firstWord.back();
  for (std::size_t i = 0; i < truth.size(); ++i) {
    bits[places[i] / kWordBits] |= std::uint64_t{predicted[i] == truth[i]} << (places[i] % kWordBits);
  }
  for (std::size_t k = 0; k < shelf.classes; ++k) {
    std::int64_t right = 0;
    for (std::size_t w = shelf.firstWord[k]; w < shelf.firstWord[k + 1]; ++w) right += std::popcount(bits[w]);
    shelf.classRight[model * shelf.classes + k] = right;
    shelf.right[model] += right;
  }
}

/// Calls `work` for 0 … count − 1 on `threads` threads, this one among them, which alone asks whether to go on.
/// `work` throws nothing.
template <class Work>
void inParallel(std::size_t count, int threads, const Control& control, const std::string& stage, const Work& work) {
  std::atomic<std::size_t> next{0}, done{0};
  std::atomic<bool> over{false};
  const auto takeOne = [&] {
    const std::size_t i = next.fetch_add(1, std::memory_order_relaxed);
    if (i >= count) return false;
    work(i);
    done.fetch_add(1, std::memory_order_relaxed);
    return true;
  };
  // Declared before the helpers, so that they end before it goes however this function is left.
  struct Ending {
    std::atomic<bool>& over;
    std::vector<std::jthread> helpers{};
    ~Ending() { over = true; }
  } ending{over};
  const std::size_t most = std::min(static_cast<std::size_t>(threads), std::max<std::size_t>(count, 1));
  for (std::size_t t = 1; t < most; ++t) {
    ending.helpers.emplace_back([&] {
      while (!over && takeOne()) {
      }
    });
  }
  Meter meter(control, stage, static_cast<double>(count));
  bool more = true;
  while (more) {
    control.checkpoint();
    more = takeOne();
    meter.update(static_cast<double>(done.load()));
  }
  ending.helpers.clear();  // joined: the rest is done too
  meter.update(static_cast<double>(count));
}

/// Orders cells of the matrices: who should teach whom first.
struct TeachesMore {
  const ShelfKnowledge& shelf;

  std::size_t swapped(std::size_t cell) const { return cell % shelf.models * shelf.models + cell / shelf.models; }
  bool operator()(std::size_t a, std::size_t b) const {
    if (shelf.headroom[a] != shelf.headroom[b]) return shelf.headroom[a] > shelf.headroom[b];
    if (shelf.onlyTeacher[a] != shelf.onlyTeacher[b]) return shelf.onlyTeacher[a] > shelf.onlyTeacher[b];
    const std::int64_t lostA = shelf.onlyTeacher[swapped(a)], lostB = shelf.onlyTeacher[swapped(b)];
    return lostA != lostB ? lostA < lostB : a < b;
  }
};

TeachingPair teachingPair(const ShelfKnowledge& shelf, std::size_t cell) {
  constexpr std::size_t kMostClasses = 5;
  TeachingPair pair;
  pair.teacher = cell / shelf.models;
  pair.student = cell % shelf.models;
  pair.headroom = shelf.headroomShare(pair.teacher, pair.student);
  pair.positiveFlips = shelf.positiveFlips(pair.teacher, pair.student);
  pair.negativeFlips = shelf.negativeFlips(pair.teacher, pair.student);
  const auto flips = shelf.classFlips(pair.teacher, pair.student);
  for (std::size_t k = 0; k < flips.size(); ++k) {
    if (flips[k].leads()) pair.classes.push_back(static_cast<std::int32_t>(k));
  }
  std::stable_sort(pair.classes.begin(), pair.classes.end(), [&](std::int32_t a, std::int32_t b) {
    return flips[static_cast<std::size_t>(a)].lead() > flips[static_cast<std::size_t>(b)].lead();
  });
  pair.leading = pair.classes.size();
  pair.classes.resize(std::min(pair.classes.size(), kMostClasses));
  return pair;
}

}  // namespace

bool ClassFlips::leads() const {
  return beyondChance(onlyTeacher, onlyStudent);
}

double ShelfKnowledge::accuracy(std::size_t model) const {
  return share(right[model], samples);
}

double ShelfKnowledge::positiveFlips(std::size_t teacher, std::size_t student) const {
  return share(onlyTeacher[teacher * models + student], samples);
}

double ShelfKnowledge::negativeFlips(std::size_t teacher, std::size_t student) const {
  return positiveFlips(student, teacher);
}

double ShelfKnowledge::deltaAccuracy(std::size_t teacher, std::size_t student) const {
  return share(right[teacher] - right[student], samples);
}

double ShelfKnowledge::classAccuracy(std::size_t model, std::size_t k) const {
  return classSamples[k] > 0 ? share(classRight[model * classes + k], classSamples[k]) : kNone;
}

double ShelfKnowledge::headroomShare(std::size_t teacher, std::size_t student) const {
  return share(headroom[teacher * models + student], samples);
}

std::vector<ClassFlips> ShelfKnowledge::classFlips(std::size_t teacher, std::size_t student) const {
  std::vector<ClassFlips> flips(classes);
  const std::size_t words = firstWord.back();
  const std::uint64_t* ofTeacher = rightBits.data() + teacher * words;
  const std::uint64_t* ofStudent = rightBits.data() + student * words;
  for (std::size_t k = 0; k < classes; ++k) {
    std::int64_t both = 0;
    for (std::size_t w = firstWord[k]; w < firstWord[k + 1]; ++w) both += std::popcount(ofTeacher[w] & ofStudent[w]);
    flips[k] = {classRight[teacher * classes + k] - both, classRight[student * classes + k] - both};
  }
  return flips;
}

ShelfKnowledge shelfKnowledge(Labels truth, std::span<const Labels> predicted, int classes, int threads,
                              const Control& control) {
  check(truth, predicted, classes, threads);
  ShelfKnowledge shelf;
  const std::size_t models = shelf.models = predicted.size();
  shelf.classes = static_cast<std::size_t>(std::max(classes, 0));
  shelf.samples = static_cast<std::int64_t>(truth.size());
  shelf.right.assign(models, 0);
  shelf.classSamples.assign(shelf.classes, 0);
  shelf.classRight.assign(models * shelf.classes, 0);
  shelf.onlyTeacher.assign(models * models, 0);
  shelf.entropy.assign(models * models, kNone);
  shelf.headroom.assign(models * models, 0);
  const std::vector<std::size_t> places = arrange(truth, shelf);
  shelf.rightBits.assign(models * shelf.firstWord.back(), 0);
  inParallel(models, threads, control, "Reading answers",
             [&](std::size_t m) { fillModel(truth, predicted[m], places, m, shelf); });

  const std::int64_t largest =
      shelf.classSamples.empty() ? 0 : *std::max_element(shelf.classSamples.begin(), shelf.classSamples.end());
  std::vector<double> timesLog(static_cast<std::size_t>(largest) + 1, 0);
  for (std::size_t c = 2; c < timesLog.size(); ++c) timesLog[c] = static_cast<double>(c) * std::log(c);
  const Layout layout{shelf.classes,          shelf.firstWord.back(),  shelf.firstWord.data(),
                      shelf.rightBits.data(), shelf.classRight.data(), timesLog.data()};
  inParallel(models, threads, control, "Comparing all pairs", [&](std::size_t a) {
    for (std::size_t b = a + 1; b < models; ++b) {
      PairSums forward, backward;
      countPair(layout, a, b, forward, backward);
      for (const auto& [cell, sums] : {std::pair{a * models + b, &forward}, std::pair{b * models + a, &backward}}) {
        shelf.onlyTeacher[cell] = sums->flips;
        shelf.entropy[cell] = sums->entropy();
        shelf.headroom[cell] = sums->headroom;
      }
    }
  });
  return shelf;
}

std::vector<TeachingPair> rankTeaching(const ShelfKnowledge& shelf, std::size_t most) {
  std::vector<std::size_t> cells;
  for (std::size_t cell = 0; cell < shelf.models * shelf.models; ++cell) {
    if (cell / shelf.models != cell % shelf.models) cells.push_back(cell);
  }
  most = std::min(most, cells.size());
  std::partial_sort(cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(most), cells.end(), TeachesMore{shelf});
  cells.resize(most);
  std::vector<TeachingPair> ranking;
  for (const std::size_t cell : cells) ranking.push_back(teachingPair(shelf, cell));
  return ranking;
}

std::vector<TeachingPair> bestTeachers(const ShelfKnowledge& shelf) {
  std::vector<TeachingPair> best;
  const TeachesMore teachesMore{shelf};
  for (std::size_t student = 0; student < shelf.models && shelf.models > 1; ++student) {
    const auto cellOf = [&](std::size_t teacher) { return teacher * shelf.models + student; };
    std::size_t chosen = cellOf(student == 0 ? 1 : 0);
    for (std::size_t teacher = 0; teacher < shelf.models; ++teacher) {
      if (teacher != student && teachesMore(cellOf(teacher), chosen)) chosen = cellOf(teacher);
    }
    best.push_back(teachingPair(shelf, chosen));
  }
  return best;
}

}  // namespace gf
