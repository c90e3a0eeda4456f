#!/usr/bin/env bash
# Seconds and peak resident MiB of commands over a compacted folder of synthetic runs, as many as the first argument says
# (100,000), each with a curve of 20 points; a second argument keeps the folder there, or takes the one that is there.
set -euo pipefail

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
runs=${1:-100000}
"$home/isoloss" --version >/dev/null # builds if need be
if [ $# -gt 1 ]; then
  folder=$2
else
  folder=$(mktemp -d)/scale
  trap 'rm -rf "$(dirname "$folder")"' EXIT
fi
if [ ! -d "$folder/runs" ]; then
  java "@$home/jobs/jvm.options" -Xmx2g -cp "$home/jobs/target/classes:$(<"$home/jobs/target/classpath")" \
    io.isoloss.jobs.store.SyntheticResults "$folder" "$runs" 2>/dev/null
fi
echo "$runs runs in $(ls "$folder/runs" | wc -l) files, $(du -sm "$folder" | cut -f 1) MiB with $(ls "$folder/curves" | wc -l) files of curves"

# The highest VmHWM of the process while it runs, sampled; the kernel keeps the peak itself.
measure() {
  local label=$1 start end pid peak=0 now
  shift
  start=$(date +%s.%N)
  "$home/isoloss" "$@" >/dev/null 2>"${TMPDIR:-/tmp}/scale.err" &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null || true)
    peak=${now:-$peak}
    sleep 0.05
  done
  wait "$pid" || { cat "${TMPDIR:-/tmp}/scale.err" >&2; exit 1; }
  end=$(date +%s.%N)
  awk -v label="$label" -v s="$start" -v e="$end" -v kib="$peak" \
    'BEGIN { printf "%-42s %6.1f s %6.0f MiB\n", label, e - s, kib / 1024 }'
}

measure "query, best run of each width" query "$folder" \
  "SELECT width, count(*) AS runs, min(loss_nats_per_token) AS best FROM runs GROUP BY width ORDER BY width"
measure "query, runs joined with their curves" query "$folder" \
  "SELECT r.width, avg(c.train_loss) AS loss FROM runs r JOIN curves c USING (run_id) WHERE c.step = 10 GROUP BY r.width"
measure "fit, profile likelihood" fit "$folder" --bootstrap 0
measure "fit, the default" fit "$folder"
