// SPDX-License-Identifier: Apache-2.0
// libjpeg leaves an image in trouble by longjmp. Between a setjmp and the calls that may jump there are no objects with
// destructors in this file, and what is looked at after a jump lies in State.
#ifdef GF_HAVE_TURBOJPEG
#include "data/jpeg_decoder.h"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <new>
// clang-format off: each needs the one before, <cstdio> included.
#include <jerror.h>
#include <jpeglib.h>
// clang-format on

#include "base/error.h"
#include "data/jpeg_memory.h"

namespace gf {
namespace {

/// A progressive image of more scans costs minutes and is refused.
constexpr int kMostScans = 500;

/// The kinds whose parts were compared with the whole (tests/data/test_jpeg_parts.cpp): one Huffman-coded scan, chroma
/// of one block to a luma (and black) of 1×1, 2×1, 1×2, 2×2 or 4×1.
bool isCuttable(const jpeg_decompress_struct& image) {
  if (image.arith_code || image.progressive_mode || image.comps_in_scan != image.num_components) return false;
  const auto isSize = [parts = image.comp_info](int i, int across, int down) {
    return parts[i].h_samp_factor == across && parts[i].v_samp_factor == down;
  };
  if (image.num_components == 1) return isSize(0, 1, 1);
  const int across = image.comp_info[0].h_samp_factor, down = image.comp_info[0].v_samp_factor;
  const bool known = (across <= 2 && down <= 2) || (across == 4 && down == 1);
  if (!known || image.num_components < 3 || !isSize(1, 1, 1) || !isSize(2, 1, 1)) return false;
  return image.num_components == 3 || isSize(3, across, down);
}

}  // namespace

struct JpegDecoder::State {
  jpeg_decompress_struct image{};
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  JpegMemory memory;
  std::jmp_buf trouble{};
  char problem[JMSG_LENGTH_MAX] = "";
  bool remarked = false;
  Header header;
  const unsigned char* bytes = nullptr;
  std::size_t looked = 0;

  // What libjpeg calls.
  static State& of(j_common_ptr image) { return *static_cast<State*>(image->client_data); }
  static void leave(j_common_ptr image);
  static void judge(j_common_ptr image, int level);
  static void countScans(j_common_ptr image);
  static void* take(j_common_ptr image, int pool, std::size_t bytes);
  static JSAMPARRAY takeRows(j_common_ptr image, int pool, JDIMENSION width, JDIMENSION rows);

  bool create();
  void forget();
  bool readHeader(std::size_t size);
  void cut(const PixelBox& box, unsigned& left);
  bool readRows(const PixelBox& box, std::uint8_t* pixels);
  [[noreturn]] void say(const char* what);
};

void JpegDecoder::State::leave(j_common_ptr image) {
  State& state = of(image);
  image->err->format_message(image, state.problem);
  std::longjmp(state.trouble, 1);
}

/// libjpeg goes on after a warning and fills what is missing with grey.
void JpegDecoder::State::judge(j_common_ptr image, int level) {
  if (level >= 0) return;  // Traces.
  const int code = image->err->msg_code;
  if (code != JWRN_EXTRANEOUS_DATA && code != JWRN_JFIF_MAJOR) leave(image);
  of(image).remarked = true;
}

void JpegDecoder::State::countScans(j_common_ptr image) {
  State& state = of(image);
  if (state.image.input_scan_number <= kMostScans) return;
  std::snprintf(state.problem, sizeof state.problem, "Progressive JPEG image has more than %d scans", kMostScans);
  std::longjmp(state.trouble, 1);
}

void* JpegDecoder::State::take(j_common_ptr image, int, std::size_t bytes) {
  void* piece = of(image).memory.take(bytes);
  if (piece != nullptr) return piece;
  image->err->msg_code = JERR_OUT_OF_MEMORY;
  image->err->msg_parm.i[0] = 0;
  leave(image);
  return nullptr;
}

/// Rows whose ends may be written beyond by vector instructions, as libjpeg's own are.
JSAMPARRAY JpegDecoder::State::takeRows(j_common_ptr image, int pool, JDIMENSION width, JDIMENSION rows) {
  constexpr std::size_t kStep = 64;
  const std::size_t stride = (std::size_t{width} + kStep - 1) / kStep * kStep;
  const auto table = static_cast<JSAMPARRAY>(take(image, pool, rows * sizeof(JSAMPROW)));
  const auto samples = static_cast<JSAMPROW>(take(image, pool, rows * stride));
  for (std::size_t y = 0; y < rows; ++y) table[y] = samples + y * stride;
  return table;
}

bool JpegDecoder::State::create() {
  image.err = jpeg_std_error(&errors);
  errors.error_exit = leave;
  errors.emit_message = judge;
  image.client_data = this;
  if (setjmp(trouble)) return false;
  jpeg_create_decompress(&image);
  static const unsigned char kNothing = 0;
  jpeg_mem_src(&image, &kNothing, 1);  // Now, while what it takes stays for good.
  progress.progress_monitor = countScans;
  image.progress = &progress;
  // What is taken from here on lasts until the next image, tables included. Coefficients of several scans come from
  // libjpeg's own memory.
  image.mem->alloc_small = image.mem->alloc_large = take;
  image.mem->alloc_sarray = takeRows;
  return true;
}

/// Nothing of an image may reach the next one: not its tables either, which libjpeg keeps.
void JpegDecoder::State::forget() {
  jpeg_abort_decompress(&image);
  std::fill(std::begin(image.quant_tbl_ptrs), std::end(image.quant_tbl_ptrs), nullptr);
  std::fill(std::begin(image.dc_huff_tbl_ptrs), std::end(image.dc_huff_tbl_ptrs), nullptr);
  std::fill(std::begin(image.ac_huff_tbl_ptrs), std::end(image.ac_huff_tbl_ptrs), nullptr);
  memory.reset();
  errors.num_warnings = 0;
  remarked = false;
  looked = 0;
  problem[0] = '\0';
}

bool JpegDecoder::State::readHeader(std::size_t size) {
  if (setjmp(trouble)) return false;
  jpeg_mem_src(&image, bytes, static_cast<unsigned long>(size));
  jpeg_read_header(&image, TRUE);
  int channels = 3;
  switch (image.jpeg_color_space) {
    case JCS_GRAYSCALE:
      channels = 1;
      image.out_color_space = JCS_GRAYSCALE;
      break;
    case JCS_RGB:
    case JCS_YCbCr:
      image.out_color_space = JCS_RGB;
      break;
    case JCS_CMYK:
    case JCS_YCCK:
      channels = 4;
      image.out_color_space = JCS_CMYK;
      break;
    default:
      say("Could not determine colorspace of JPEG image");
  }
  header = {static_cast<int>(image.image_width), static_cast<int>(image.image_height), channels, isCuttable(image)};
  return true;
}

void JpegDecoder::State::say(const char* what) {
  std::snprintf(problem, sizeof problem, "%s", what);
  std::longjmp(trouble, 1);
}

/// Limits the columns that are transformed; `left` becomes the first. Smooth chroma looks at its neighbours on both
/// sides, and is smooth only where there are more than two.
void JpegDecoder::State::cut(const PixelBox& box, unsigned& left) {
  const int across = image.comp_info[0].h_samp_factor, step = 8 * across, margin = 2 * across;
  const int right = std::min(box.left + box.width + margin, header.width);
  const int from = std::max(std::min(box.left - margin, right - 4 * step), 0) / step * step;
  left = static_cast<unsigned>(from);
  auto width = static_cast<unsigned>(right - from);
  jpeg_crop_scanline(&image, &left, &width);
}

bool JpegDecoder::State::readRows(const PixelBox& box, std::uint8_t* pixels) {
  constexpr unsigned kRows = 8;
  if (setjmp(trouble)) return false;
  jpeg_start_decompress(&image);
  unsigned left = 0;
  auto end = static_cast<unsigned>(header.height);
  if (header.cuttable) {
    cut(box, left);
    if (box.top > 0) jpeg_skip_scanlines(&image, static_cast<unsigned>(box.top));
    end = static_cast<unsigned>(box.top + box.height);
  }
  const auto channels = static_cast<std::size_t>(header.channels), width = static_cast<std::size_t>(header.width);
  while (image.output_scanline < end) {
    JSAMPROW rows[kRows];
    const unsigned count = std::min(kRows, end - image.output_scanline);
    for (unsigned i = 0; i < count; ++i) rows[i] = pixels + ((image.output_scanline + i) * width + left) * channels;
    jpeg_read_scanlines(&image, rows, count);
  }
  if (end == static_cast<unsigned>(header.height)) jpeg_finish_decompress(&image);
  looked = static_cast<std::size_t>(image.src->next_input_byte - bytes);
  return true;
}

JpegDecoder::JpegDecoder() : state_(std::make_unique<State>()) {
  if (!state_->create()) failRun("JPEG", "the decoder must start", state_->problem);
}

JpegDecoder::~JpegDecoder() {
  jpeg_destroy_decompress(&state_->image);
}

JpegDecoder& JpegDecoder::ofThread() {
  thread_local JpegDecoder decoder;
  return decoder;
}

const JpegDecoder::Header* JpegDecoder::open(std::string_view bytes) {
  state_->forget();
  state_->bytes = reinterpret_cast<const unsigned char*>(bytes.data());
  return state_->readHeader(bytes.size()) ? &state_->header : nullptr;
}

bool JpegDecoder::decode(const PixelBox& box, std::uint8_t* pixels) {
  const bool done = state_->readRows(box, pixels);
  if (!done && state_->errors.msg_code == JERR_OUT_OF_MEMORY) throw std::bad_alloc();
  return done;
}

const char* JpegDecoder::problem() const {
  return state_->problem;
}

bool JpegDecoder::remarked() const {
  return state_->remarked;
}

std::size_t JpegDecoder::looked() const {
  return state_->looked;
}

}  // namespace gf
#endif
