// SPDX-License-Identifier: Apache-2.0
#include <mutex>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

#include "data/image_file.h"

namespace gf {

Pixels decodeWithOpenCv(std::string_view bytes, const std::string& subject) {
  static std::once_flag quiet;
  // What is wrong with a file is said once, by our error.
  std::call_once(quiet, [] { cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT); });
  cv::Mat image;
  try {
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
