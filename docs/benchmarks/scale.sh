#!/usr/bin/env bash
# Wall and processor seconds and peak resident MiB of commands over a compacted folder of synthetic runs, as many as the first argument says
# (100,000), each with a curve of 20 points; a second argument keeps the folder there, or takes the one that is there.
set -euo pipefail

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
runs=${1:-100000}
"$home/isoloss" --version >/dev/null # builds if need be
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
folder=${2:-$out/scale}
errors=$out/errors
if [ ! -d "$folder/runs" ]; then
  java "@$home/jobs/jvm.options" -Xmx2g -cp "$home/jobs/target/classes:$(<"$home/jobs/target/classpath")" \
    io.isoloss.jobs.store.SyntheticResults "$folder" "$runs" 2>/dev/null
fi
echo "$runs runs in $(ls "$folder/runs" | wc -l) files, $(du -sm "$folder" | cut -f 1) MiB with $(ls "$folder/curves" | wc -l) files of curves"

# Wall and processor seconds, and the peak that the kernel keeps of resident memory (VmHWM); read while the process runs.
measure() {
  local label=$1 start end pid peak=0 ticks=0 now
  shift
  start=$(date +%s.%N)
  "$home/isoloss" "$@" >/dev/null 2>"$errors" &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null || true)
    peak=${now:-$peak}
    now=$(awk '{ print $14 + $15 }' "/proc/$pid/stat" 2>/dev/null || true)
    [ "${now:-0}" -eq 0 ] || ticks=$now
    sleep 0.05
  done
  wait "$pid" || { cat "$errors" >&2; exit 1; }
  end=$(date +%s.%N)
  awk -v label="$label" -v s="$start" -v e="$end" -v ticks="$ticks" -v hz="$(getconf CLK_TCK)" -v kib="$peak" \
    'BEGIN { printf "%-40s %6.1f s wall %6.1f s processor %6.0f MiB\n", label, e - s, ticks / hz, kib / 1024 }'
}

measure "status" status "$folder"
measure "query, best run of each width" query "$folder" \
  "SELECT width, count(*) AS runs, min(loss_nats_per_token) AS best FROM runs GROUP BY width ORDER BY width"
measure "query, runs joined with their curves" query "$folder" \
  "SELECT r.width, avg(c.train_loss) AS loss FROM runs r JOIN curves c USING (run_id) WHERE c.step = 10 GROUP BY r.width"
measure "fit, profile likelihood" fit "$folder" --bootstrap 0
measure "fit, the default" fit "$folder"
