// SPDX-License-Identifier: Apache-2.0
#include "jobs/pack_job.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "base/sizes.h"
#include "data/packed_image.h"
#include "data/packed_writer.h"
#include "data/pixel_turn.h"

namespace gf {
namespace fs = std::filesystem;
namespace {

void check(const PackRequest& request) {
  constexpr int kMaxSide = 8192, kMaxThreads = 1024;
  const auto inRange = [](const char* option, int value, int from, int to) {
    if (value >= from && value <= to) return;
    failUsage(option, "must be from " + std::to_string(from) + " to " + std::to_string(to), std::to_string(value));
  };
  inRange("--side", request.side, 0, kMaxSide);
  inRange("--quality", request.quality, 0, 100);
  inRange("--threads", request.threads, 0, kMaxThreads);
  checkPackedOut(request.out, request.data, request.overwrite);
}

/// Both splits as one row of samples, training first.
struct Samples {
  DataSource source;
  std::size_t train = 0, total = 0;

  explicit Samples(DataSource opened) : source(std::move(opened)) {
    train = source.train ? source.train->size() : 0;
    total = train + source.eval->size();
  }
  const DataSet& setOf(std::size_t sample) const { return sample < train ? *source.train : *source.eval; }
  std::size_t indexOf(std::size_t sample) const { return sample < train ? sample : sample - train; }
  std::string splitOf(std::size_t sample) const { return sample < train ? "train" : source.evalName; }
};

PackedPlan planOf(const PackRequest& request, const Samples& samples) {
  PackedPlan plan;
  const DataSource& source = samples.source;
  plan.side = static_cast<std::uint32_t>(request.side);
  plan.quality = static_cast<std::uint32_t>(request.quality);
  PackedDescription& d = plan.description;
  d.madeBy = "gainfinder " GAINFINDER_VERSION;
  d.kind = source.kind;
  d.evalName = source.evalName;
  d.sourceTrain = source.train ? source.train->identity() : "";
  d.sourceEval = source.eval->identity();
  d.classes = source.eval->classNames();
  d.wnids = source.eval->wnids();
  d.resize = packedResizeText(request.side);
  d.encoding = packedEncodingText(request.quality);
  d.treatment = "upright, 8 bits a channel, grey with one channel, all else RGB; what was odd is said of each image";
  const auto copyOf = [](const DataSet& set) {
    return std::vector<std::int32_t>(set.labels().begin(), set.labels().end());
  };
  if (source.train) plan.train = copyOf(*source.train);
  plan.eval = copyOf(*source.eval);
  return plan;
}

/// One sample made ready, or why it could not be.
struct Done {
  PackedMaker::Made made;
  std::string name;
  std::optional<PackedDescription::LeftOut> bad;
  std::exception_ptr failure;  ///< Nothing about the image: memory, the file system.
};

Done makeSample(const Samples& samples, std::size_t sample, PackedMaker& maker, Pixels& pixels) {
  Done done;
  const DataSet& set = samples.setOf(sample);
  const std::size_t index = samples.indexOf(sample);
  try {
    done.name = set.sampleName(index);
    const Oddities odd = set.examine(index, pixels);
    done.made = maker.make(pixels);
    done.made.entry.oddities = static_cast<std::uint16_t>(odd);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::Input) {
      done.bad = {samples.splitOf(sample), done.name, error.rule(), error.observed()};
    }
    done.failure = std::current_exception();
  } catch (...) {
    done.failure = std::current_exception();
  }
  return done;
}

/// Makes samples on several threads and hands them out in their order. Bounded: no thread runs far ahead.
class Makers {
 public:
  Makers(const Samples& samples, const PackRequest& request, std::size_t first, int threads)
      : samples_(samples), next_(first), wanted_(first), ahead_(static_cast<std::size_t>(4 * threads)) {
    for (int i = 0; i < threads; ++i) {
      threads_.emplace_back([this, maker = PackedMaker(request.side, request.quality)]() mutable { work(maker); });
    }
  }
  ~Makers() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    room_.notify_all();
  }

  Done take() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return done_.contains(wanted_); });
    Done done = std::move(done_.extract(wanted_).mapped());
    ++wanted_;
    lock.unlock();
    room_.notify_all();
    return done;
  }

 private:
  void work(PackedMaker& maker) {
    constexpr std::size_t kMostKept = std::size_t{32} << 20;
    Pixels pixels;
    std::unique_lock lock(mutex_);
    while (true) {
      room_.wait(lock, [this] { return over_ || next_ == samples_.total || next_ < wanted_ + ahead_; });
      if (over_ || next_ == samples_.total) return;
      const std::size_t sample = next_++;
      lock.unlock();
      Done done;
      {
        const PixelTurn turn;
        done = makeSample(samples_, sample, maker, pixels);
        if (pixels.bytes.capacity() > kMostKept) pixels = {};
      }
      lock.lock();
      done_.emplace(sample, std::move(done));
      ready_.notify_all();
    }
  }

  const Samples& samples_;
  std::mutex mutex_;
  std::condition_variable room_, ready_;
  std::size_t next_, wanted_, ahead_;
  bool over_ = false;
  std::map<std::size_t, Done> done_;
  std::vector<std::jthread> threads_;  ///< Last: joined before anything they use goes away.
};

/// Only to refuse early what cannot fit.
void checkRoom(const PackRequest& request, const Samples& samples, std::size_t first) {
  std::error_code error;
  fs::path folder = fs::absolute(request.out).parent_path();
  const auto space = fs::space(folder, error);
  const double needed = estimatedPackedBytes(samples.source, request.side, request.quality, first);
  if (error || needed <= static_cast<double>(space.available)) return;
  failRun(request.out.string(), "the disk must have room for about " + bytesText(needed),
          bytesText(space.available) + " free",
          "Free some space, choose another --out, or a smaller --side or --quality");
}

/// Progress of the part that is left as progress of the whole.
Control overWhole(const Control& control, std::size_t first, std::size_t total) {
  return control.withSink([&control, first, total](Progress progress) {
    const double begun = total > 0 ? static_cast<double>(first) / static_cast<double>(total) : 0;
    progress.fraction = begun + progress.fraction * (1 - begun);
    control.report(progress);
  });
}

void packAll(const PackRequest& request, const Samples& samples, PackedWriter& writer, const Control& control) {
  const std::size_t first = writer.done();
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  Makers makers(samples, request, first, request.threads > 0 ? request.threads : std::max(1, cores - 1));
  const Control whole = overWhole(control, first, samples.total);
  Meter meter(whole, "Packing", static_cast<double>(samples.total - first));
  for (std::size_t sample = first; sample < samples.total; ++sample) {
    control.checkpoint();
    Done done = makers.take();
    if (!done.failure) {
      writer.add(done.made.entry, done.made.bytes, done.name);
    } else if (done.bad && request.badImages == BadImages::Skip) {
      writer.leaveOut(std::move(*done.bad));
    } else {
      std::rethrow_exception(done.failure);
    }
    meter.update(static_cast<double>(sample + 1 - first));
  }
}

}  // namespace

double estimatedPackedBytes(const DataSource& data, int side, int quality, std::size_t first) {
  constexpr std::size_t kTried = 16;
  const Samples samples(data);
  PackedMaker maker(side, quality);
  Pixels pixels;
  double bytes = 0;
  std::size_t read = 0;
  const std::size_t left = samples.total - first, tried = std::min(kTried, left);
  for (std::size_t i = 0; i < tried; ++i) {
    const Done done = makeSample(samples, first + i * left / tried, maker, pixels);
    if (done.failure) continue;
    bytes += static_cast<double>(done.made.bytes.size() + done.name.size() + kPackedEntryBytes);
    ++read;
  }
  return read == 0 ? 0 : bytes / static_cast<double>(read) * static_cast<double>(left);
}

std::string PackJob::title() const {
  return "Pack " + request_.data.filename().string();
}

void PackJob::run(const Control& control) {
  const double start = monotonicSeconds();
  check(request_);
  const Samples samples(openData(request_.data));
  const fs::path folder = request_.out.parent_path();
  std::error_code error;
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error) failRun(folder.string(), "the folder must be writable", error.message());
  PackedWriter writer(request_.out, planOf(request_, samples), request_.badImages == BadImages::Skip);
  if (!writer.begunAnew().empty()) {
    logLine(LogLevel::Warning, "An unfinished packing to " + request_.out.string() + " was not gone on from, as " +
                                   writer.begunAnew() + ": packing begins anew");
  }
  checkRoom(request_, samples, writer.done());
  packAll(request_, samples, writer, control);
  const PackedHeader header = writer.finish();
  auto summary = std::make_shared<PackSummary>();
  summary->train = header.train;
  summary->eval = header.eval;
  summary->bytes = header.fileBytes;
  summary->resumedAt = writer.resumedAt();
  for (const auto& one : writer.leftOut()) {
    summary->leftOut.push_back(one.split + "/" + one.name + ": " + one.rule +
                               (one.observed.empty() ? "" : " (" + one.observed + ")"));
  }
  summary->seconds = monotonicSeconds() - start;
  result_ = std::move(summary);
}

}  // namespace gf
