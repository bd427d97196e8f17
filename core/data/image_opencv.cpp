// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <streambuf>

#include "data/image_file.h"

namespace gf {
namespace {

thread_local bool muted = false;

/// OpenCV says on std::cerr, log level or not, what is wrong with a file; our error says it once. What other threads
/// say at that time goes through.
class MutableErrors final : public std::streambuf {
 public:
  MutableErrors() : below_(std::cerr.rdbuf(this)) {}
  ~MutableErrors() override { std::cerr.rdbuf(below_); }
  MutableErrors(const MutableErrors&) = delete;
  MutableErrors& operator=(const MutableErrors&) = delete;

 protected:
  int_type overflow(int_type c) override {
    if (muted || traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    return below_->sputc(traits_type::to_char_type(c));
  }
  std::streamsize xsputn(const char* text, std::streamsize length) override {
    return muted ? length : below_->sputn(text, length);
  }
  int sync() override { return muted ? 0 : below_->pubsync(); }

 private:
  std::streambuf* below_;
};

const MutableErrors errors;  // From the program's start: exchanging a stream's buffer is for one thread alone.

struct Muting {
  Muting() { muted = true; }
  ~Muting() { muted = false; }
};

}  // namespace

Pixels decodeWithOpenCv(std::string_view bytes, const std::string& subject) {
  cv::Mat image;
  try {
    const Muting muting;
    const cv::Mat file(1, static_cast<int>(bytes.size()), CV_8UC1, const_cast<char*>(bytes.data()));
    image = cv::imdecode(file, cv::IMREAD_COLOR);
  } catch (const cv::Exception& error) {
    failDamaged(subject, error.err);
  }
  if (image.empty()) failDamaged(subject, "data that cannot be decoded");
  checkImageSize(static_cast<std::uint64_t>(image.cols), static_cast<std::uint64_t>(image.rows), subject);
  Pixels pixels{image.cols, image.rows, 3, {}};
  pixels.bytes.resize(image.total() * 3);
  std::uint8_t* out = pixels.bytes.data();
  for (int y = 0; y < image.rows; ++y) {
    const std::uint8_t* row = image.ptr<std::uint8_t>(y);
    for (int x = 0; x < image.cols; ++x, out += 3, row += 3) {
      out[0] = row[2];
      out[1] = row[1];
      out[2] = row[0];
    }
  }
  return pixels;
}

}  // namespace gf
