# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What setup.sh, run.sh and test.sh share. Sourced, never run.

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
log=$project/build/setup.log
log_mark=0

fail() {
  printf '\nGainfinder: %s\nLog: %s\n' "$1" "$log" >&2
  exit 1
}

start_log() {
  log=$1
  if ! { mkdir -p "$(dirname "$log")" && : >"$log"; } 2>/dev/null; then
    fail "cannot write $log: this user needs write access to the project folder, and the disk some room."
  fi
}

# On a terminal: one line with the time so far and the last line of the log. Elsewhere: a sign of life every minute.
show_progress() {
  local label=$1 begin=$SECONDS spent width last
  while kill -0 $$; do
    # A sleep that outlives the kill below must not hold a pipe that someone reads from us.
    if [ -t 1 ]; then sleep 1; else sleep 60 >/dev/null; fi
    spent=$((SECONDS - begin))
    if [ -t 1 ]; then
      width=$(($(tput cols || echo 80) - ${#label} - 10))
      last=$(tail -n 1 "$log" | tr -d '\r' | cut -c "1-$((width > 10 ? width : 10))")
      printf '\r\033[K%s %d:%02d  %s' "$label" $((spent / 60)) $((spent % 60)) "$last"
    else
      printf '%s: %d min so far\n' "$label" $((spent / 60))
    fi
  done
}

# watched LABEL COMMAND...: the command's output goes to the log; its status is returned.
watched() {
  local label=$1 begin=$SECONDS status=0 ticker clear='' outcome='done'
  shift
  log_mark=$(stat -c %s "$log")
  if [ -t 1 ]; then clear=$'\r\033[K'; else printf '%s …\n' "$label"; fi
  show_progress "$label" 2>/dev/null 3>&- 9>&- &
  ticker=$!
  # The command stays in the foreground so that Ctrl-C reaches it, not only this script.
  "$@" >>"$log" 2>&1 </dev/null || status=$?
  { kill "$ticker" && wait "$ticker"; } 2>/dev/null || true
  if [ "$status" != 0 ]; then outcome=failed; fi
  printf '%s%s: %s (%d s)\n' "$clear" "$label" "$outcome" $((SECONDS - begin))
  return "$status"
}

# What the last watched command wrote to the log.
step_log() {
  tail -c "+$((log_mark + 1))" "$log"
}

log_says() {
  grep -qiE "$1" < <(step_log)
}

# explain WHAT: ends with the one sentence that fits the log of the last watched command.
explain() {
  local line
  if log_says 'no space left on device|enough free space|disk quota exceeded'; then
    fail "$1 failed because the disk is full; make room and run this again."
  elif log_says 'temporary failure|could not resolve|name or service not known|network is unreachable|unable to connect|establish a new connection|connection (refused|timed out|reset|aborted)|no route to host|read timed out|failed to fetch|proxyerror'; then
    fail "$1 needs the network, which could not be reached; connect and run this again."
  elif log_says 'could not get lock|is another process using it'; then
    fail "$1 waited in vain for another package manager; let that finish and run this again."
  elif log_says 'unable to locate package|has no installation candidate'; then
    line=$(grep -m 1 -oiE "locate package .*|package '?[^ ']+'? has no" < <(step_log) | sed -E "s/^(locate )?package '?([^ ']+).*/\\2/I")
    fail "$1 failed because this system does not offer $line, which Debian 12 does."
  elif log_says 'killed signal|out of memory|cannot allocate memory|memoryerror'; then
    fail "$1 ran out of memory; run this again with GAINFINDER_JOBS=1."
  fi
  line=$(grep -m 1 -iE '^E: |error[: ]|fatal' < <(step_log) | cut -c 1-300) || line='the log says why.'
  fail "$1 failed: $line"
}

# With LibTorch's headers a compiler takes up to 2 GB.
build_jobs() {
  local by_memory cores
  by_memory=$(awk '/^MemAvailable:/ {print int($2 / 2000000)}' /proc/meminfo)
  cores=$(nproc)
  if [ "$by_memory" -lt 1 ]; then by_memory=1; fi
  echo "${GAINFINDER_JOBS:-$((by_memory < cores ? by_memory : cores))}"
}

# build_release TARGET...: configures where there is something new to configure for, then builds.
build_release() {
  local tree=$project/build/release settings=$project/build/setup.cmake jobs fresh=()
  local used=$tree/setup.cmake.used
  start_log "$project/build/build.log"
  if [ ! -e "$tree/build.ninja" ] || ! cmp -s "$settings" "$used"; then
    # What CMake remembers of another LibTorch or CUDA toolkit must go.
    if [ -e "$tree/CMakeCache.txt" ]; then fresh=(--fresh); fi
    watched "Configuring" cmake -S "$project" "${fresh[@]}" --preset release || explain "Configuring"
    cp "$settings" "$used"
  fi
  jobs=$(build_jobs)
  watched "Building, $jobs at a time" cmake --build "$tree" -j "$jobs" --target "$@" || explain "Building"
}

# Kept aside because the trap runs with the output of whatever it interrupts.
exec 3>&2
trap 'printf "\nStopped; run this again to go on.\n" >&3; exit 130' INT TERM
