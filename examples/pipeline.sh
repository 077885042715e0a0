#!/bin/bash
# A pipeline of dependent jobs: generate, then process in parallel, then report.
#
# Shows: --dependency=afterok between jobs and on a whole array, --parsable, arguments of a batch
# script. Stage 1 writes 8 files of measurements, stage 2 (an array) sums each up, stage 3 checks
# that nothing was lost and prints the statistics.
#
# Try: pipeline.sh submit     (submits the three stages, prints their job ids)
#
#SBATCH --job-name=pipeline
#SBATCH --ntasks=1
#SBATCH --mem=100M
#SBATCH --time=5
#SBATCH --output=pipeline-%x-%A_%a.out
set -euo pipefail

parts=8
lines=40000

submit() {
  local script=$1 generate process report
  generate=$(sbatch --parsable --job-name=generate --output=generate-%j.out "$script" generate)
  process=$(sbatch --parsable --job-name=process --output=process-%A_%a.out \
    --dependency="afterok:$generate" --array="1-$parts" "$script" process)
  report=$(sbatch --parsable --job-name=report --output=report-%j.out \
    --dependency="afterok:$process" "$script" report)
  echo "$generate $process $report"
}

# Measurements of three sensors, repeatable: the generator's seed is fixed.
generate() {
  awk -v parts=$parts -v lines=$lines 'BEGIN {
    srand(42)
    for (part = 1; part <= parts; part++)
      for (line = 0; line < lines; line++)
        printf "sensor%d %.4f\n", 1 + int(3 * rand()), 20 + 5 * (rand() + rand() + rand() - 1.5) \
          >("measured-" part ".txt")
  }'
  echo "wrote $parts files of $lines measurements"
}

process() {
  awk '{ n[$1]++; sum[$1] += $2; squares[$1] += $2 * $2 }
    END { for (s in n) printf "%s %d %.6f %.6f\n", s, n[s], sum[s], squares[s] }' \
    "measured-$SLURM_ARRAY_TASK_ID.txt" >"partial-$SLURM_ARRAY_TASK_ID.txt"
  echo "part $SLURM_ARRAY_TASK_ID done on $SLURMD_NODENAME"
}

report() {
  local part
  for ((part = 1; part <= parts; part++)); do
    cat "partial-$part.txt"
  done | sort | awk -v expected=$((parts * lines)) '
    { n[$1] += $2; sum[$1] += $3; squares[$1] += $4; all += $2 }
    END {
      for (i = 1; i <= 3; i++) {
        s = "sensor" i
        mean = sum[s] / n[s]
        printf "%s: %6d measurements, mean %.3f, standard deviation %.3f\n", s, n[s], mean,
          sqrt(squares[s] / n[s] - mean * mean)
      }
      printf "%d of %d measurements arrived\n", all, expected
      exit all != expected
    }'
}

case ${1:-} in
  submit) submit "$(readlink -f "$0")" ;;
  generate | process | report) "$1" ;;
  *)
    echo "usage: pipeline.sh submit" >&2
    exit 2
    ;;
esac
