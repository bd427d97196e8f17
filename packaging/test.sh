#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sets up what is missing, builds, and runs every test; the last lines are ctest's summary. Arguments go to ctest, for
# example "-L fast" or "-R flips".
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

build_release all
# Tests need no display, and leave the user's own settings and runs alone.
export QT_QPA_PLATFORM=offscreen
home=$project/build/release/test-home
mkdir -p "$home"
export XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data XDG_STATE_HOME=$home/state XDG_CACHE_HOME=$home/cache
cd "$project"
exec ctest --preset release --parallel 2 "$@"
