#!/usr/bin/env bash
# How far plan is from run: plans and trains the quickstart N times (3 by default), each into a new folder, and counts the trials
# whose seconds lie in their interval, every plan held against every run. Needs python3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

times=${1:-3}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for i in $(seq "$times"); do
  ./isoloss plan sweep-configs/quickstart.yaml --json >"$out/plan$i.json"
  ./isoloss run sweep-configs/quickstart.yaml --out "$out/run$i" >"$out/report$i" 2>"$out/log$i"
  grep '^trained' "$out/log$i"
  ./isoloss query "$out/run$i" "SELECT run_id, wall_seconds FROM runs" --json >"$out/run$i.json"
done
python3 - "$out" "$times" <<'PYTHON'
import json, math, sys
out, times = sys.argv[1], range(1, int(sys.argv[2]) + 1)
inside = pairs = 0
for i in times:
    plan = json.load(open(f"{out}/plan{i}.json"))
    total = plan["seconds"]
    print(f"plan {i}: {total['typical']:.1f} s ({total['low']:.1f} to {total['high']:.1f})")
    for j in times:
        taken = {run["run_id"]: run["wall_seconds"] for run in json.load(open(f"{out}/run{j}.json"))}
        logs = []
        for trial in plan["trials"]:
            seconds, real = trial["seconds"], taken[trial["runId"]]
            inside += seconds["low"] <= real <= seconds["high"]
            pairs += 1
            logs.append(math.log(seconds["typical"] / real))
        mean = sum(logs) / len(logs)
        spread = math.sqrt(sum((x - mean) ** 2 for x in logs) / len(logs))
        print(f"  run {j}: plan over run {math.exp(mean):.2f} in the mean, spread of its logarithm {spread:.2f}")
print(f"{inside} of {pairs} trials within their interval")
PYTHON
