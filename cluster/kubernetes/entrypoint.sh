#!/usr/bin/env bash
# What a pod of the image does. Spark on Kubernetes says "driver ..." or "executor"; any other words are a command of
# Isoloss.
set -euo pipefail
home=${SPARK_HOME:?}

# Spark numbers the options of an executor's Java in variables, and gives what it mounts as a class path.
options=()
while read -r name; do
  options+=("${!name}")
done < <(compgen -e SPARK_JAVA_OPT_ | sort -t_ -k4n || true)
mounted=${SPARK_EXTRA_CLASSPATH:-}

case "${1:-}" in
  driver)
    shift
    exec "$home/bin/isoloss-spark" submit --conf "spark.driver.bindAddress=${SPARK_DRIVER_BIND_ADDRESS:?}" \
      --deploy-mode client "$@"
    ;;
  executor)
    # shellcheck source=../bin/environment
    . "$home/bin/environment"
    # shellcheck disable=SC2154  # "java" is set by environment
    exec "$java" "@$home/jobs/jvm.options" ${options[@]+"${options[@]}"} -Xms"${SPARK_EXECUTOR_MEMORY:?}" \
      -Xmx"$SPARK_EXECUTOR_MEMORY" -Disoloss.home="$home" -cp "${mounted:+$mounted:}$home/jars/*" \
      org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend \
      --driver-url "${SPARK_DRIVER_URL:?}" --executor-id "${SPARK_EXECUTOR_ID:?}" --cores "${SPARK_EXECUTOR_CORES:?}" \
      --app-id "${SPARK_APPLICATION_ID:?}" --hostname "${SPARK_EXECUTOR_POD_IP:?}" \
      --resourceProfileId "${SPARK_RESOURCE_PROFILE_ID:?}" --podName "${SPARK_EXECUTOR_POD_NAME:?}"
    ;;
  *)
    exec "$home/bin/isoloss" "$@"
    ;;
esac
