#!/usr/bin/env bash
# Resident memory of `isoloss run` over a trial of 40,000 steps with a checkpoint every ten seconds: sampled each second,
# the first third being warm-up.
set -euo pipefail

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$home/isoloss" --version >/dev/null # builds if need be

"$home/isoloss" run "$home/docs/benchmarks/steady.yaml" --out "$out/runs" >"$out/log" 2>&1 &
pid=$!
while kill -0 "$pid" 2>/dev/null; do
  awk '/^VmRSS/ { print $2 / 1024 }' "/proc/$pid/status" 2>/dev/null >>"$out/rss" || true
  sleep 1
done
wait "$pid" || { cat "$out/log" >&2; exit 1; }
grep '^trained' "$out/log"
count=$(wc -l <"$out/rss")
# The last ten samples belong to evaluation, the fit and the report.
head -n $((count - 10)) "$out/rss" | tail -n +$((count / 3)) | awk '
  NR == 1 { low = high = first = $1 }
  { last = $1; if ($1 < low) low = $1; if ($1 > high) high = $1 }
  END { printf "%d samples after warm-up: %.0f MiB at first, %.0f at last, %.0f to %.0f between (%.1f %%)\n", NR, first, last, low, high, 100 * (high / low - 1) }'
