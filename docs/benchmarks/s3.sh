#!/usr/bin/env bash
# A sweep on a store that speaks S3: starts Adobe's S3Mock (ports 9090 and 9191), runs the tests of claims and of results against
# it, then has two drivers share a sweep there of which one is ended with SIGKILL, and compares every loss with local mode. Beside
# Java and Maven it wants javac and a network that brings S3Mock.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

out=$(mktemp -d)
mock=
trap 'kill $mock 2>/dev/null || true; rm -rf "$out"' EXIT
export ISOLOSS_MAVEN=-Ps3 HADOOP_CONF_DIR=$out/conf ISOLOSS_JVM=-Disoloss.s3.endpoint=http://localhost:9090

mvn --batch-mode --quiet --file docs/benchmarks/s3mock.xml dependency:copy-dependencies -DoutputDirectory="$out/mock"
javac -proc:none -cp "$out/mock/*" -d "$out/mock" docs/benchmarks/S3OneAtATime.java
java -Xmx512m -cp "$out/mock:$out/mock/*" S3OneAtATime \
  --com.adobe.testing.s3mock.store.initialBuckets=isoloss >"$out/mock.log" 2>&1 &
mock=$!
until grep -q 'Started S3MockApplication' "$out/mock.log"; do
  kill -0 "$mock" || { cat "$out/mock.log"; exit 1; }
  sleep 1
done

mvn --batch-mode -Ps3 -pl jobs -am test -Dtest='S3*Test' -Dsurefire.failIfNoSpecifiedTests=false \
  -Disoloss.s3.endpoint=http://localhost:9090 | grep 'Tests run:.*in io'

mkdir "$out/conf"
cp jobs/src/test/resources/s3-site.xml "$out/conf/core-site.xml"
sweep=sweep-configs/smoke.yaml
./isoloss run "$sweep" --out "$out/local" >"$out/local.out" 2>&1
./isoloss run "$sweep" --out s3a://isoloss/sweep --master 'local[1]' >"$out/killed.out" 2>&1 &
killed=$!
./isoloss run "$sweep" --out s3a://isoloss/sweep --master 'local[1]' >"$out/other.out" 2>&1 &
other=$!
until grep -q ' loss ' "$out/killed.out"; do sleep 1; done
kill -9 "$killed"
wait "$killed" || true
wait "$other" || { cat "$out/other.out"; exit 1; }
losses="SELECT run_id, loss_nats_per_token FROM runs ORDER BY run_id"
./isoloss query "$out/local" "$losses" --csv >"$out/local.csv"
./isoloss query s3a://isoloss/sweep "$losses" --csv >"$out/s3.csv"
cmp "$out/local.csv" "$out/s3.csv"
echo "$(($(wc -l <"$out/s3.csv") - 1)) losses on S3, trained by two drivers of which one was killed: those of local mode"
./isoloss status s3a://isoloss/sweep
