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
  local log
  log=$(go test -run '^$' -fuzz "^$2\$" -fuzztime "$3" -parallel 1 "$1" 2>&1) && status=0 || status=$?
  echo "== $2 in $1"
  echo "$log" | tail -n 25
  return $status
}
export -f fuzz_one

targets | TIME="${1:-20s}" xargs -P 2 -L 1 bash -c 'fuzz_one "$0" "$1" "$TIME"'
