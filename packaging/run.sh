#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sets up what is missing, builds, and starts Gainfinder: the window with the sample open where there is a display, else
# the demo in the terminal. Options are passed on; with a subcommand ("packaging/run.sh doctor") that is run instead.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

build_release gainfinder
program=$project/build/release/bin/gainfinder
if [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; then
  exec "$program" "$@"
elif [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec "$program" --open-sample "$@"
fi
exec "$program" demo "$@"
