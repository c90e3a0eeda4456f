#!/usr/bin/env bash
# Times fits of a table of runs, here and by scipy, one after the other. scipy's part needs python3 with scipy; without it
# the part is left out. Arguments: the table, a CSV file with params, tokens and loss; how many of 4,500 starts scipy runs.
set -euo pipefail

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
[ $# -gt 0 ] || { echo "fit.sh: want a CSV file with params, tokens and loss" >&2; exit 2; }
"$home/isoloss" --version >/dev/null # builds if need be
export OMP_NUM_THREADS=1 TIMEFORMAT='%R s wall, %U s user'

echo "== one process, warm, two rounds around scipy"
here() {
  java "@$home/jobs/jvm.options" -Xmx2g -cp "$home/jobs/target/classes:$(<"$home/jobs/target/classpath")" \
    io.isoloss.analysis.fit.FitBenchmark "$@" 2>/dev/null
}
here "$1"
if python3 -c 'import scipy' 2>/dev/null; then
  python3 "$home/docs/benchmarks/fit.py" "$1" "${2:-100}"
fi
here "$1" 100 1000 10000 100000 1000000

echo "== the command, start of the process included"
for replicates in 0 100 4000; do
  for round in 1 2 3; do
    printf -- '--bootstrap %s: ' "$replicates"
    time "$home/isoloss" fit "$1" --bootstrap "$replicates" >/dev/null
  done
done
