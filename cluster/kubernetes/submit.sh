#!/usr/bin/env bash
# Runs a sweep on Kubernetes, driver included: submit.sh k8s://https://HOST:6443 FILE.yaml OUT [more options of run]
# FILE.yaml is a path in the image or on a volume of it, OUT an address that all pods reach. ISOLOSS_IMAGE, ISOLOSS_EVENTS
# and ISOLOSS_NAMESPACE are set; the current context of kubectl's configuration is used.
set -euo pipefail
master=${1:?k8s://https://HOST:PORT of the API server} sweep=${2:?the file of the sweep} out=${3:?the results}
shift 3
ISOLOSS_HOME=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
# Pods do not have these variables: they are filled in here.
filled=$(mktemp)
trap 'rm -f "$filled"' EXIT
export ISOLOSS_HOME ISOLOSS_IMAGE=${ISOLOSS_IMAGE:?} ISOLOSS_EVENTS=${ISOLOSS_EVENTS:?} ISOLOSS_NAMESPACE=${ISOLOSS_NAMESPACE:-isoloss}
text=$(<"$ISOLOSS_HOME/cluster/kubernetes/spark-defaults.conf")
for name in ISOLOSS_HOME ISOLOSS_IMAGE ISOLOSS_EVENTS ISOLOSS_NAMESPACE; do
  text=${text//"\${env:$name}"/"${!name}"}
done
printf '%s\n' "$text" >"$filled"
"$ISOLOSS_HOME/bin/isoloss-spark" submit --master "$master" --deploy-mode cluster --name isoloss \
  --properties-file "$filled" \
  --class io.isoloss.jobs.cli.Isoloss local:///opt/isoloss/jars/isoloss-jobs.jar \
  run "$sweep" --out "$out" --master "$master" "$@"
