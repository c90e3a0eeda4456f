#!/usr/bin/env bash
# Milliseconds of processor time that a training step of one trial takes here and in PyTorch, one thread each, in turn shape
# by shape, and their ratio; then our GFLOP/s and their share of what a product of 1024 × 1024 matrices reaches.
# A shape with a sixth number is a pack of so many trials. PyTorch's columns need python3 with torch; without it they are
# left out.
set -euo pipefail

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
"$home/isoloss" --version >/dev/null # builds if need be
export OMP_NUM_THREADS=1 OPENBLAS_CORETYPE=${OPENBLAS_CORETYPE:-Haswell}

shapes=("$@")
[ ${#shapes[@]} -gt 0 ] || shapes=(32,2,2,64,16 64,2,4,64,16 128,4,4,64,16 256,4,8,128,16
  32,2,2,64,16,8 64,2,4,64,16,8 128,4,4,64,16,8)
python3 -c 'import torch' 2>/dev/null && torch=yes || torch=no

printf '%-18s %10s %10s %7s %9s %9s %7s\n' width,layers,... "here, ms" "torch, ms" ratio GFLOP/s ceiling share
for shape in "${shapes[@]}"; do
  read -r _ here _ _ flops ceiling < <(java "@$home/jobs/jvm.options" -Xmx2g \
    -cp "$home/jobs/target/classes:$(<"$home/jobs/target/classpath")" io.isoloss.jobs.train.StepBenchmark "$shape" 2>/dev/null)
  there=- ratio=-
  if [ $torch = yes ]; then
    read -r _ there _ < <(python3 "$home/docs/benchmarks/step.py" "$shape")
    ratio=$(awk "BEGIN { printf \"%.2f\", $there / $here }")
  fi
  printf '%-18s %10s %10s %7s %9s %9s %7s\n' "$shape" "$here" "$there" "$ratio" "$flops" "$ceiling" \
    "$(awk "BEGIN { printf \"%.0f %%\", 100 * $flops / $ceiling }")"
done
