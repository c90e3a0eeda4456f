#!/usr/bin/env bash
# Runs a sweep on YARN, the driver here: submit.sh FILE.yaml OUT [more options of run]
# HADOOP_CONF_DIR, ISOLOSS_ARCHIVE and ISOLOSS_EVENTS are set; OUT is a folder on HDFS.
set -euo pipefail
sweep=${1:?the file of the sweep} out=${2:?the folder of the results}
shift 2
: "${HADOOP_CONF_DIR:?the folder of the configuration of Hadoop}"
exec "$(dirname "$(readlink -f "$0")")/../../bin/isoloss" run "$sweep" --out "$out" --master yarn --profile yarn "$@"
