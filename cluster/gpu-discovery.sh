#!/usr/bin/env bash
# Prints the GPUs of this machine as Spark's discovery scripts must: {"name": "gpu", "addresses": ["0", "1"]}. They are
# the indices of nvidia-smi, or those that ISOLOSS_GPUS lists, such as 0,1.
set -euo pipefail

fail() {
  echo "gpu-discovery.sh: $*" >&2
  exit 1
}

if [ -n "${ISOLOSS_GPUS:-}" ]; then
  indices=${ISOLOSS_GPUS//,/ }
else
  command -v nvidia-smi >/dev/null ||
    fail "cannot list GPUs: no nvidia-smi on the path; install the NVIDIA driver, or list them as ISOLOSS_GPUS=0,1"
  indices=$(nvidia-smi --query-gpu=index --format=csv,noheader) || fail "cannot list GPUs: nvidia-smi says: $indices"
fi

addresses=
for index in $indices; do
  [[ $index =~ ^[0-9]+$ ]] || fail "cannot list GPUs: '$index' is no index of one"
  addresses="$addresses${addresses:+, }\"$index\""
done
[ -n "$addresses" ] || fail "cannot list GPUs: there is none; leave out the gpu settings to train on processors"
echo "{\"name\": \"gpu\", \"addresses\": [$addresses]}"
