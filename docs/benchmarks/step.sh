#!/usr/bin/env bash
# Milliseconds a training step here and in PyTorch, one thread each, in turn shape by shape, and their ratio.
# PyTorch's column needs python3 with torch; without it the column is left out.
set -euo pipefail

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
"$home/isoloss" --version >/dev/null # builds if need be
export OMP_NUM_THREADS=1 OPENBLAS_CORETYPE=${OPENBLAS_CORETYPE:-Haswell}

shapes=("$@")
[ ${#shapes[@]} -gt 0 ] || shapes=(32,2,2,64,16 64,2,4,64,16 128,4,4,64,16 256,4,8,128,16)
python3 -c 'import torch' 2>/dev/null && torch=yes || torch=no

printf '%-18s %10s %10s %8s\n' width,layers,... "here, ms" "torch, ms" "ratio"
for shape in "${shapes[@]}"; do
  read -r _ here _ < <(java "@$home/jobs/jvm.options" -Xmx2g \
    -cp "$home/jobs/target/classes:$(<"$home/jobs/target/classpath")" io.isoloss.jobs.train.StepBenchmark "$shape" 2>/dev/null)
  if [ $torch = yes ]; then
    read -r _ there _ < <(python3 "$home/docs/benchmarks/step.py" "$shape")
    printf '%-18s %10s %10s %8s\n' "$shape" "$here" "$there" "$(awk "BEGIN { printf \"%.2f\", $there / $here }")"
  else
    printf '%-18s %10s\n' "$shape" "$here"
  fi
done
