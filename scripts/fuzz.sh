#!/usr/bin/env bash
# Runs every fuzz target of the module for a while, two at a time with one
# worker each: scripts/fuzz.sh 20s
set -euo pipefail
cd "$(dirname "$0")/.."

targets() {
  grep -rl --include='*_test.go' '^func Fuzz' internal | sort | while read -r file; do
    sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file" | while read -r target; do
      echo "./$(dirname "$file") $target"
    done
  done
}

fuzz_one() { # package target time
  local log status=0
  # Making inputs that only reach new code smaller could take all of the time.
  log=$(go test -run '^$' -fuzz "^$2\$" -fuzztime "$3" -fuzzminimizetime 10x -parallel 1 "$1" 2>&1) || status=$?
  # Go's fuzzer sometimes fails because its own time was up (golang/go#75804).
  # A fault that it found comes with a failing input.
  if [ $status -ne 0 ] && grep -q 'context deadline exceeded' <<<"$log" && ! grep -q 'Failing input' <<<"$log"; then
    status=0
  fi
  echo "== $2 in $1: $(grep -o 'execs: [0-9]*' <<<"$log" | tail -n 1)"
  [ $status -eq 0 ] || echo "$log" | tail -n 40
  return $status
}
export -f fuzz_one

targets | TIME="${1:-20s}" xargs -P 2 -L 1 bash -c 'fuzz_one "$0" "$1" "$TIME"'
