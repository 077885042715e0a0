#!/bin/bash
# Submits all examples, watches them run, waits until they have ended, and prints what they wrote
# and what accounting kept of them. Needs a cluster whose commands are on PATH (Headrace's by
# eval "$(./headrace env)"; those of the original do as well).
#
# Usage: run-demo.sh [DIRECTORY]     results go there; by default to a new one under $TMPDIR.
# DEMO_SECONDS bounds the wait (default 300). Exit status 0 if every job ended COMPLETED.
set -euo pipefail

EXAMPLES=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
export EXAMPLES
seconds=${DEMO_SECONDS:-300}

for command in sbatch squeue sacct sinfo scontrol; do
  command -v "$command" >/dev/null || {
    echo "run-demo.sh: no $command on PATH; eval \"\$(./headrace env)\" puts it there" >&2
    exit 2
  }
done
results=${1:-$(mktemp -d "${TMPDIR:-/tmp}/demo.XXXXXX")}
mkdir -p "$results"
cd "$results"

step() { printf '\n== %s\n' "$*"; }

step "The cluster"
sinfo

step "Submitting real work from $EXAMPLES (results in $results)"
ids=()
submit() {
  local id
  id=$(sbatch --parsable "$@")
  ids+=("${id%%;*}")
  echo "sbatch $(printf '%s ' "${@/#$EXAMPLES\//}")-> job ${ids[-1]}"
}
cpus=$(sinfo --noheader --format=%c | tr -d '+' | sort -n | tail -1)
submit "$EXAMPLES/sweep.sh"
submit --cpus-per-task=$((cpus < 2 ? 1 : 2)) "$EXAMPLES/openmp.sh"
submit "$EXAMPLES/ranks.sh"
read -r -a stages <<<"$("$EXAMPLES/pipeline.sh" submit)"
ids+=("${stages[@]}")
echo "pipeline.sh submit -> jobs ${stages[*]} (each waits for the one before)"
# "gpu:2", "gpu:a100:4(S:0-1)": what follows the last colon before any bracket is the count.
gpus=$(sinfo --noheader --format=%G | grep -oE 'gpu:[^(,]+' | sed 's/.*://' | sort -n | tail -1 || true)
if [[ ${gpus:-0} -gt 0 ]]; then
  submit --gres=gpu:$((gpus < 2 ? 1 : 2)) "$EXAMPLES/gpu.sh"
else
  echo "gpu.sh is left out: no node of this cluster has a GPU"
fi
list=$(IFS=,; echo "${ids[*]}")

show() { squeue --jobs="$list" --format='%.14i %.10P %.10j %.8u %.3t %.6M %.5D %R'; }

# A job that depends on all others ends when they have; sbatch --wait sleeps until then without
# asking. Should one of them fail, it ends as well: afterany.
step "Waiting for all of them (at most $seconds s); squeue every 2 s meanwhile"
timeout "$seconds" sbatch --quiet --wait --job-name=last --ntasks=1 --mem=50M --time=1 \
  --output=/dev/null --dependency="afterany:$(IFS=:; echo "${ids[*]}")" --wrap=true &
waiting=$!
trap 'kill "$waiting" 2>/dev/null || true' EXIT
for ((shown = 0; shown < 3; shown++)); do
  show
  timeout 2 tail --pid="$waiting" --follow /dev/null || true
  kill -0 "$waiting" 2>/dev/null || break
done
wait "$waiting" || {
  echo "run-demo.sh: not all jobs ended within $seconds s:" >&2
  show >&2 || true
  exit 1
}

step "sweep-*.result"
find . -name 'sweep-*.result' | sort --version-sort | xargs cat
for output in openmp-*.out ranks-*.out generate-*.out report-*.out gpu-*.out; do
  [[ -e $output ]] || continue
  step "$output"
  cat "$output"
done

# Records reach the database a moment after the jobs' end.
records() { sacct --allocations --noheader --parsable2 --jobs="$list" --format=JobID,State,ExitCode; }
deadline=$((SECONDS + 30))
while [[ $SECONDS -lt $deadline ]]; do
  kept=$(records)
  if [[ -n $kept ]] && ! grep -qE '\|(PENDING|RUNNING|COMPLETING)' <<<"$kept"; then
    break
  fi
  sleep 0.5
done

step "What accounting kept: sacct"
sacct --allocations --jobs="$list" --format=JobID%-14,JobName%-10,State,ExitCode,Elapsed,AllocCPUS,NNodes,NodeList%-12

step "Summary"
failed=$(grep -v '|COMPLETED|0:0$' <<<"$kept" || true)
for id in "${ids[@]}"; do
  grep -qE "^$id(_[0-9]+)?\|" <<<"$kept" || failed+=$'\n'"$id is not in accounting"
done
if [[ -n $failed ]]; then
  printf 'These did not end COMPLETED:\n%s\n' "$failed" >&2
  exit 1
fi
echo "all $(wc -l <<<"$kept") jobs and array tasks ended COMPLETED; their files are in $results"
