#!/usr/bin/env bash
# Runs a sweep on a standalone cluster: submit.sh spark://HOST:7077 FILE.yaml OUT [more options of run]
set -euo pipefail
master=${1:?spark://HOST:PORT of the master} sweep=${2:?the file of the sweep} out=${3:?the folder of the results}
shift 3
exec "$(dirname "$(readlink -f "$0")")/../../bin/isoloss" run "$sweep" --out "$out" --master "$master" \
  --profile standalone "$@"
