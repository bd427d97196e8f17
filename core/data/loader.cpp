// SPDX-License-Identifier: Apache-2.0
#include "data/loader.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/random.h"
#include "data/batch_maker.h"

namespace gf {
namespace {

/// A batch that is being filled.
struct Slot {
  Batch batch;               ///< Its inputs come last.
  std::size_t place = 0;     ///< Of the batch in its epoch.
  RawInputs inputs;          ///< None when there was no memory for them.
  std::size_t finished = 0;  ///< Rows that are done, well or not.
  bool ready = false;
  std::size_t failedRow = SIZE_MAX;
  std::exception_ptr failure;  ///< Of the first row that failed, whichever thread met it first.
};

/// Rows of one batch for one thread.
struct Chunk {
  std::shared_ptr<Slot> slot;
  std::size_t begin = 0, end = 0;
};

void check(const LoaderOptions& options, const DataSet& data, const std::vector<std::uint32_t>& samples) {
  if (options.batch < 1) failUsage("batch", "must be at least 1", std::to_string(options.batch));
  if (options.threads < 1) failUsage("loader threads", "must be at least 1", std::to_string(options.threads));
  if (options.prefetch < 1) failUsage("prefetch", "must be at least 1", std::to_string(options.prefetch));
  for (const auto sample : samples) {
    if (sample < data.size()) continue;
    failInput("the list of samples", "every index must be below the size of the data, " + std::to_string(data.size()),
              std::to_string(sample));
  }
}

}  // namespace

struct Loader::State {
  std::shared_ptr<const DataSet> data;
  std::vector<std::uint32_t> samples;
  LoaderOptions options;
  BatchMaker maker;

  std::mutex mutex;
  std::condition_variable work, ready;
  std::atomic<bool> stopping{false};
  // All below under the mutex.
  bool reading = false;
  int epoch = 0;  ///< Of the next batch to open.
  std::vector<std::uint32_t> order;
  std::size_t opened = 0;                   ///< Batches of that epoch that are being filled or were.
  std::size_t delivered = 0;                ///< Batches of the reader's epoch that it has.
  std::size_t nextRow = 0;                  ///< Of the batch opened last: the first row that nobody has taken.
  std::deque<std::shared_ptr<Slot>> slots;  ///< Opened and not delivered.
  std::vector<std::jthread> threads;        ///< Last: they are joined before anything they use goes away.

  State(std::shared_ptr<const DataSet> set, std::vector<std::uint32_t> chosen,
        const std::vector<Preprocess>& preprocess, const LoaderOptions& asked)
      : data(std::move(set)), samples(std::move(chosen)), options(asked), maker(preprocess, asked) {}
  ~State() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    work.notify_all();
  }

  std::size_t batches() const {
    const auto size = static_cast<std::size_t>(options.batch);
    return (samples.size() + size - 1) / size;
  }
  /// Small enough that the threads share a batch, large enough that taking one costs nothing.
  std::size_t chunkRows() const {
    return std::clamp<std::size_t>(static_cast<std::size_t>(options.batch / (4 * options.threads)), 1, 16);
  }
  bool hasWork() const {
    if (!reading || batches() == 0) return false;
    if (!slots.empty() && nextRow < slots.back()->batch.valid) return true;
    return (opened < batches() || options.readOn) && slots.size() < static_cast<std::size_t>(options.prefetch);
  }
  /// Whether the reader would get this batch next.
  bool isNext(int wanted, std::size_t first) const {
    if (!reading) return false;
    if (!slots.empty()) return slots.front()->batch.epoch == wanted && slots.front()->place == first;
    return epoch == wanted && opened == first;
  }

  void openEpoch(int which);
  std::shared_ptr<Slot> openSlot();
  Chunk take();
  void fill(const Chunk& chunk, BatchMaker::Scratch& scratch);
  void finish(const Chunk& chunk, std::size_t failedRow, std::exception_ptr failure);
  void padTail(Slot& slot) const;
  void run();
};

void Loader::State::openEpoch(int which) {
  constexpr std::uint64_t kOrder = 2;
  epoch = which;
  order = samples;
  if (options.shuffle) Random(mix(options.seed, which, kOrder)).shuffle(order);
  opened = 0;
}

/// The next batch, still empty. Plain tensors, not inference ones: training keeps them for the backward pass.
std::shared_ptr<Slot> Loader::State::openSlot() {
  auto slot = std::make_shared<Slot>();
  slot->place = opened;
  const std::size_t size = static_cast<std::size_t>(options.batch), begin = opened * size;
  Batch& batch = slot->batch;
  batch.valid = std::min(size, order.size() - begin);
  batch.epoch = epoch;
  const auto rows = static_cast<std::int64_t>(options.padTail ? size : batch.valid);
  slot->inputs = maker.open(rows);
  const auto from = order.begin() + static_cast<std::ptrdiff_t>(begin);
  batch.indices.assign(from, from + static_cast<std::ptrdiff_t>(batch.valid));
  batch.labels = at::empty({rows}, at::kLong);
  auto* labels = batch.labels.data_ptr<std::int64_t>();
  const auto all = data->labels();
  for (std::int64_t row = 0; row < rows; ++row) {
    labels[row] = all[batch.indices[std::min(static_cast<std::size_t>(row), batch.valid - 1)]];
  }
  return slot;
}

Chunk Loader::State::take() {
  if (slots.empty() || nextRow >= slots.back()->batch.valid) {
    if (opened == batches()) openEpoch(epoch + 1);
    slots.push_back(openSlot());
    ++opened;
    nextRow = 0;
  }
  Chunk chunk{slots.back(), nextRow, 0};
  chunk.end = std::min(nextRow + chunkRows(), chunk.slot->batch.valid);
  nextRow = chunk.end;
  return chunk;
}

void Loader::State::fill(const Chunk& chunk, BatchMaker::Scratch& scratch) {
  const Batch& batch = chunk.slot->batch;
  std::size_t row = chunk.begin;
  try {
    for (; row < chunk.end && !stopping; ++row) {
      const std::uint32_t sample = batch.indices[row];
      const View view = options.view ? *options.view : viewOf(options.seed, sample, batch.epoch, options.augment);
      maker.fill(chunk.slot->inputs, row, *data, sample, view, scratch);
    }
    finish(chunk, SIZE_MAX, nullptr);
  } catch (...) {
    finish(chunk, row, std::current_exception());
  }
}

void Loader::State::finish(const Chunk& chunk, std::size_t failedRow, std::exception_ptr failure) {
  Slot& slot = *chunk.slot;
  {
    const std::lock_guard lock(mutex);
    if (failedRow < slot.failedRow) {
      slot.failedRow = failedRow;
      slot.failure = failure;
    }
    slot.finished += chunk.end - chunk.begin;
    if (slot.finished < slot.batch.valid) return;
  }
  padTail(slot);  // Nobody else touches a slot whose rows are all done but which is not ready.
  {
    const std::lock_guard lock(mutex);
    slot.ready = true;
  }
  ready.notify_all();
}

void Loader::State::padTail(Slot& slot) const {
  const std::int64_t rows = slot.batch.labels.numel(), valid = static_cast<std::int64_t>(slot.batch.valid);
  for (std::int64_t row = valid; row < rows; ++row) BatchMaker::repeat(slot.inputs, valid - 1, row);
}

void Loader::State::run() {
  BatchMaker::Scratch scratch;
  while (true) {
    Chunk chunk;
    {
      std::unique_lock lock(mutex);
      work.wait(lock, [this] { return stopping || hasWork(); });
      if (stopping) return;
      try {
        chunk = take();
      } catch (...) {
        // No memory for the batch: it is delivered as a failure, and the epoch ends there.
        auto slot = std::make_shared<Slot>();
        slot->failure = std::current_exception();
        slot->ready = true;
        slots.push_back(std::move(slot));
        reading = false;
        ready.notify_all();
        continue;
      }
    }
    fill(chunk, scratch);
  }
}

int loaderThreads(c10::Device device) {
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  return std::clamp(device.is_cuda() ? cores : cores - at::get_num_threads(), 1, 8);
}

Loader::Loader(std::shared_ptr<const DataSet> data, std::vector<std::uint32_t> samples,
               std::vector<Preprocess> preprocess, LoaderOptions options) {
  check(options, *data, samples);
  state_ = std::make_unique<State>(std::move(data), std::move(samples), preprocess, options);
  for (int i = 0; i < options.threads; ++i) state_->threads.emplace_back([state = state_.get()] { state->run(); });
}

Loader::~Loader() = default;

std::size_t Loader::batchesPerEpoch() const {
  return state_->batches();
}

void Loader::start(int epoch, std::size_t first) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->delivered = std::min(first, state_->batches());
    if (state_->isNext(epoch, state_->delivered)) return;
    state_->openEpoch(epoch);
    state_->opened = state_->delivered;
    state_->reading = true;
    state_->nextRow = 0;
    // Threads that still work on these keep them alive, and finish into them unseen.
    state_->slots.clear();
  }
  state_->work.notify_all();
}

std::optional<Batch> Loader::next() {
  std::shared_ptr<Slot> slot;
  {
    std::unique_lock lock(state_->mutex);
    const bool none = !state_->reading && state_->slots.empty();
    if (none || state_->delivered == state_->batches()) return std::nullopt;
    state_->ready.wait(lock, [this] { return !state_->slots.empty() && state_->slots.front()->ready; });
    slot = std::move(state_->slots.front());
    state_->slots.pop_front();
    // A batch that could not be allocated ends the epoch.
    state_->delivered = slot->inputs.empty() && slot->failure ? state_->batches() : state_->delivered + 1;
  }
  state_->work.notify_all();
  if (slot->failure) std::rethrow_exception(slot->failure);
  slot->batch.inputs = state_->maker.finish(slot->inputs);
  slot->inputs.clear();  // A thread that has just filled it may still hold the slot, and with these its memory.
  return std::move(slot->batch);
}

}  // namespace gf
