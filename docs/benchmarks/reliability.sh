#!/usr/bin/env bash
# The chaos suite in its long form, then commands over 100,000 runs; prints what each found. Some 20 minutes on 2 cores.
set -euo pipefail

home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
mvn --batch-mode --file "$home/pom.xml" -Pchaos verify |
  grep -E '^[0-9]+ (kills|drivers|trials|operations)|^averaged|Tests run:.*(Time elapsed)|BUILD|ERROR'
"$home/docs/benchmarks/scale.sh"
