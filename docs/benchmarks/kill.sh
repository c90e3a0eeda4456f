#!/usr/bin/env bash
# Ends `isoloss run` with SIGKILL at random moments, as often as the first argument says (20), giving the same command
# again after each, and compares every digit of what it prints at last with an uninterrupted run.
set -euo pipefail

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
kills=${1:-20}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$home/isoloss" --version >/dev/null # builds if need be

run() {
  exec "$home/isoloss" run "$home/docs/benchmarks/kill.yaml" --out "$out/$1" --json >"$out/$1.json" 2>"$out/$1.err"
}

(run straight)
killed=0
while [ "$killed" -lt "$kills" ]; do
  run killed &
  pid=$!
  sleep "$((3 + RANDOM % 6)).$((RANDOM % 10))"
  if kill -9 "$pid" 2>/dev/null; then
    killed=$((killed + 1))
  fi
  wait "$pid" 2>/dev/null || true
  if grep -q '"report" :' "$out/killed.json"; then # it had finished: begin anew, so that there is something to kill
    rm -rf "$out/killed"
  fi
done
(run killed)
resumed=$(ls "$out/killed/checkpoints" 2>/dev/null | wc -l)
numbers() { sed '/"trained" :/d; /"report" :/d' "$out/$1.json"; }
if [ "$(numbers straight)" = "$(numbers killed)" ]; then
  echo "$killed kills: every number is that of the uninterrupted run; $resumed checkpoints left behind"
else
  echo "$killed kills: the results differ" >&2
  diff <(numbers straight) <(numbers killed) >&2
  exit 1
fi
