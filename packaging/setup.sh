#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes this machine ready to build Gainfinder: Debian packages, LibTorch, the CUDA toolkit, and build/setup.cmake, which
# tells CMake where they are. What is there already is left alone, so a second run takes a second and needs no network.
# To be run, or sourced by run.sh and test.sh. It heeds:
#   Torch_DIR=FOLDER       use this LibTorch (2.11 or newer) instead of the wheel from the Python package index
#   PYTHON=PROGRAM         the Python (3.10 to 3.14) to install with
#   XDG_CACHE_HOME=FOLDER  where the folder "gainfinder" with LibTorch goes, shared by all clones; else .cache in your home
#   GAINFINDER_IGNORE_SYSTEM_CUDA=1  act as if this machine had no CUDA toolkit
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

debian_packages=(
  ca-certificates ccache cmake g++ git ninja-build pkg-config python3 python3-venv
  qt6-base-dev qt6-charts-dev qt6-svg-dev qt6-tools-dev qt6-l10n-tools
  libqt6opengl6-dev # Qt Charts' CMake files ask for it
  qt6-wayland       # a window where there is no X server
  libcli11-dev libopencv-imgcodecs-dev libopencv-imgproc-dev libjpeg62-turbo-dev libsqlite3-dev libssl-dev libturbojpeg0-dev nlohmann-json3-dev zlib1g-dev
  libgif-dev libpng-dev libtiff-dev libwebp-dev # images other than JPEG
  doctest-dev poppler-utils
  dataset-fashion-mnist wordnet-base
)
torch_version=2.11.0
# torchvision goes with one torch only, and timm, which resources/importer uses, asks for it: they come with this torch, and a
# Torch_DIR of the user's does without (its importer runs with the Python that has them).
torch_pins=(
  "torch==$torch_version" "torchvision==0.26.0" "timm==1.0.22" "safetensors==0.8.0" "huggingface_hub==2.4.0"
)
# For tests and for the scripts in resources/. The newest numpy and pillow have no wheels for Python 3.10.
python_pins=(
  "numpy==2.4.6; python_version >= '3.11'" "numpy==2.2.6; python_version < '3.11'"
  "pillow==13.0.0; python_version >= '3.11'" "pillow==12.3.0; python_version < '3.11'"
  "jsonschema==4.26.0"
)
# The toolkit that this wheel was built with. A newer nvvm or crt emits PTX that this ptxas refuses.
cuda_major=13
cuda_pins=(
  "cuda-toolkit[nvcc,cccl,nvrtc,cudart,cublas,cusparse,cusolver,curand,cufft,nvjitlink,cupti]==13.0.2"
  "nvidia-nvvm==13.0.88" "nvidia-cuda-crt==13.0.88"
)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/gainfinder

# --- 1. Debian packages -------------------------------------------------------------------------------------------------

missing_packages() {
  local installed package
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${debian_packages[@]}" 2>/dev/null) || true
  for package in "${debian_packages[@]}"; do
    grep -qx "installed $package" <<<"$installed" || echo "$package"
  done
}

as_root=()
become_root() {
  if [ "$(id -u)" = 0 ]; then return; fi
  local need="installing Debian packages needs root: run \"sudo apt-get install --no-install-recommends $*\", then this again."
  command -v sudo >/dev/null || fail "$need"
  if [ -t 0 ]; then sudo -v || fail "$need"; else sudo -n true 2>>"$log" || fail "$need"; fi
  as_root=(sudo)
}

apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 \
    -o Acquire::Retries=2 -o APT::Keep-Downloaded-Packages=false "$@"
}

apt_install() {
  # A source that does not answer is no reason to stop while the others offer the packages.
  apt update || true
  apt install -y --no-install-recommends "$@"
}

install_packages() {
  local missing
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    fail "this set-up needs Debian 12 or a system like it, and apt-get was not found here."
  fi
  mapfile -t missing < <(missing_packages)
  if [ ${#missing[@]} = 0 ]; then
    echo "[1/4] Debian packages: all ${#debian_packages[@]} are there"
    return
  fi
  become_root "${missing[@]}"
  watched "[1/4] Debian packages, ${#missing[@]} missing" apt_install "${missing[@]}" || explain "Installing Debian packages"
}

# --- 2. Which LibTorch, which CUDA toolkit ------------------------------------------------------------------------------

# Sets torch_cmake, torch_cuda (major version, empty for a CPU build) and venv for the LibTorch in Torch_DIR.
accept_users_torch() {
  local folder version top
  for folder in "$Torch_DIR" "$Torch_DIR/share/cmake/Torch"; do
    if [ -e "$folder/TorchConfig.cmake" ]; then break; fi
  done
  [ -e "$folder/TorchConfig.cmake" ] || fail "Torch_DIR is $Torch_DIR, and neither it nor its share/cmake/Torch has a TorchConfig.cmake."
  torch_cmake=$(realpath "$folder/..")
  top=$(realpath "$folder/../../..")
  version=$(sed -n 's/^set(PACKAGE_VERSION "\(.*\)")/\1/p' "$folder/TorchConfigVersion.cmake") || true
  [ "$(printf '2.11\n%s\n' "$version" | sort -V | head -n 1)" = 2.11 ] ||
    fail "Gainfinder needs LibTorch 2.11 or newer, and the one in Torch_DIR is ${version:-of unknown version}."
  torch_cuda=
  if [ -e "$top/lib/libtorch_cuda.so" ]; then
    # A wheel says "cuda = '13.0'" in version.py, an archive "2.11.0+cu130" in build-version.
    torch_cuda=$(sed -snE "s/^cuda.*'([0-9]+)\..*/\1/p; s/^[^_]*\+cu([0-9]{2}).*/\1/p" "$top/version.py" "$top/build-version" 2>/dev/null | head -n 1) || true
    torch_cuda=${torch_cuda:-$cuda_major}
  fi
  venv=$cache/python
  torch_title="LibTorch, yours, $version; Python packages for the tests"
}

choose_torch() {
  torch_title="LibTorch $torch_version"
  if [ -n "${Torch_DIR:-}" ]; then
    accept_users_torch
    return
  fi
  [ "$(uname -m)" = x86_64 ] || fail "the LibTorch wheel is for x86_64 and this machine is $(uname -m); set Torch_DIR to a LibTorch of your own."
  torch_cmake=
  torch_cuda=$cuda_major
  venv=$cache/torch-$torch_version
}

# whole_toolkit NVCC: prints the toolkit's folder if it is of LibTorch's major version and has what LibTorch's CMake links.
whole_toolkit() {
  local here top file
  "$1" --version 2>/dev/null | grep -q "release $torch_cuda\\." || return 1
  # nvcc on the PATH may be a wrapper; it knows where it lives.
  here=$("$1" --dryrun -x cu /dev/null 2>&1 | sed -n 's/^#\$ _HERE_=//p')
  top=$(realpath "${here:-$(dirname "$1")}/..")
  for file in bin/nvcc include/cuda_runtime.h include/cublas_v2.h include/cusparse.h include/cusolverDn.h include/curand.h \
    include/cufft.h include/nvrtc.h lib64/libcudart.so lib64/libcublas.so lib64/libnvrtc.so; do
    if [ ! -e "$top/$file" ]; then
      echo "$top is not used: it lacks $file" >>"$log"
      return 1
    fi
  done
  echo "$top"
}

system_toolkit() {
  local nvcc
  if [ "${GAINFINDER_IGNORE_SYSTEM_CUDA:-0}" = 1 ]; then return 1; fi
  for nvcc in nvcc ${CUDA_HOME:+"$CUDA_HOME/bin/nvcc"} /usr/local/cuda/bin/nvcc; do
    if command -v "$nvcc" >/dev/null && whole_toolkit "$(command -v "$nvcc")"; then return; fi
  done
  return 1
}

# Sets cuda: the toolkit's folder, "wheels" for the one that is to be installed, or nothing.
choose_cuda() {
  cuda=
  if [ -z "$torch_cuda" ]; then
    echo "[2/4] CUDA toolkit: not needed, this LibTorch is for the CPU"
  elif cuda=$(system_toolkit); then
    echo "[2/4] CUDA toolkit: $cuda"
  elif [ "$torch_cuda" = "$cuda_major" ]; then
    cuda=wheels
    echo "[2/4] CUDA toolkit: no version $cuda_major on this machine, comes from the Python package index"
  else
    fail "the LibTorch in Torch_DIR was built for CUDA $torch_cuda; put the nvcc of that toolkit on the PATH and run this again."
  fi
}

# --- 3. Python packages: LibTorch, the CUDA toolkit, what tests use -----------------------------------------------------

usable_python() {
  "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

find_python() {
  local version candidate candidates=(python3 /usr/bin/python3)
  # A Python that was asked for is not swapped for another.
  if [ -n "${PYTHON:-}" ]; then candidates=("$PYTHON"); fi
  for candidate in "${candidates[@]}"; do
    if usable_python "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  version=$("$candidate" --version 2>/dev/null) || version="no Python that runs"
  fail "LibTorch $torch_version needs Python 3.10 to 3.14 with its venv module, and $candidate is $version; set PYTHON to one that fits."
}

# check_room: stops before gigabytes are fetched in vain.
check_room() {
  local free needed=300
  if [ -z "$torch_cmake" ]; then needed=$((needed + 8000)); fi
  if [ "$cuda" = wheels ]; then needed=$((needed + 2000)); fi
  mkdir -p "$cache" 2>>"$log" || fail "cannot write to $cache; set XDG_CACHE_HOME to a folder of yours."
  free=$(df -Pm "$cache" | awk 'NR == 2 {print $4}')
  [ "$free" -ge "$needed" ] ||
    fail "the disk of $cache has $free MB free and installing LibTorch takes $needed MB; make room or set XDG_CACHE_HOME to a larger disk."
}

pip_install() {
  # Downloads go beside the cache: /tmp is often too small for them.
  mkdir -p "$cache/tmp"
  TMPDIR=$cache/tmp "$venv/bin/python" -I -m pip install --no-cache-dir --no-compile --no-input --disable-pip-version-check \
    --progress-bar off --retries 3 --only-binary :all: "$@"
}

# The wheels carry libX.so.N in lib; linkers and CMake want libX.so in lib64.
complete_wheels_toolkit() {
  local library
  ln -sfn lib "$1/lib64"
  for library in "$1"/lib/lib*.so.[0-9]*; do
    ln -sf "$(basename "$library")" "${library%%.so.*}.so"
  done
}

# The stamp is written last; the marker stands while the environment changes, so that one cut off is made anew.
pins_are_in() {
  local pin
  [ -x "$venv/bin/python" ] && [ ! -e "$venv.changing" ] || return 1
  for pin in "${pins[@]}"; do
    grep -qxF "$pin" "$venv/.gainfinder" 2>/dev/null || return 1
  done
}

install_pins() {
  local python check='import numpy, PIL, jsonschema'
  if [ -z "$torch_cmake" ]; then check+=', torch, torchvision, timm, safetensors'; fi
  if [ -e "$venv.changing" ] || ! [ -x "$venv/bin/python" ]; then
    python=$(find_python) || exit 1
    watched "[3/4] Python environment" "$python" -m venv --clear "$venv" || explain "Making a Python environment"
  fi
  : >"$venv.changing"
  if ! watched "[3/4] $torch_title" pip_install "${pins[@]}"; then
    # Until pip says this it has only fetched.
    if ! log_says '^installing collected packages'; then rm "$venv.changing"; fi
    rm -rf "$cache/tmp"
    explain "Installing Python packages"
  fi
  if [ "$cuda" = wheels ]; then complete_wheels_toolkit "$(echo "$venv"/lib/python3.*/site-packages/nvidia/cu13)"; fi
  "$venv/bin/python" -I -c "$check" >>"$log" 2>&1 || fail "LibTorch was installed but does not load in Python; the log says why."
  printf '%s\n' "${pins[@]}" >"$venv/.gainfinder"
  rm -rf "$venv.changing" "$cache/tmp"
}

install_torch() {
  pins=("${python_pins[@]}")
  if [ -z "$torch_cmake" ]; then pins+=("${torch_pins[@]}"); fi
  if [ "$cuda" = wheels ]; then pins+=("${cuda_pins[@]}"); fi
  if pins_are_in; then
    echo "[3/4] $torch_title: there"
  else
    check_room
    exec 9>"$venv.lock"
    if ! flock -n 9; then
      echo "[3/4] $torch_title: waiting for another clone that installs it"
      flock 9
    fi
    pins_are_in || install_pins
    exec 9>&-
  fi
  if [ -z "$torch_cmake" ]; then torch_cmake=$(echo "$venv"/lib/python3.*/site-packages/torch/share/cmake); fi
  if [ "$cuda" = wheels ]; then cuda=$(echo "$venv"/lib/python3.*/site-packages/nvidia/cu13); fi
}

# --- 4. What CMake reads ------------------------------------------------------------------------------------------------

write_settings() {
  local file=$project/build/setup.cmake
  {
    echo "# Written by packaging/setup.sh, read by CMakeLists.txt. What is given on cmake's command line wins."
    echo "list(PREPEND CMAKE_PREFIX_PATH \"$torch_cmake\")"
    echo "set(GAINFINDER_PYTHON \"$venv/bin/python\" CACHE FILEPATH \"Python with the packages that tests and scripts use\")"
    if [ -n "$cuda" ]; then
      echo "set(CMAKE_CUDA_COMPILER \"$cuda/bin/nvcc\" CACHE FILEPATH \"CUDA compiler\")"
      echo "set(CUDAToolkit_ROOT \"$cuda\" CACHE PATH \"CUDA toolkit\")"
      echo "set(CUDA_TOOLKIT_ROOT_DIR \"$cuda\" CACHE PATH \"CUDA toolkit\")"
    fi
  } >"$file.new"
  # An unchanged file keeps its time: CMake would configure again for a newer one.
  if cmp -s "$file.new" "$file"; then rm "$file.new"; else mv "$file.new" "$file"; fi
  echo "[4/4] Settings for CMake: build/setup.cmake"
}

start_log "$project/build/setup.log"
install_packages
choose_torch
choose_cuda
install_torch
write_settings
