#!/bin/bash
# A parameter sweep as a job array.
#
# Shows: --array with a throttle (at most 4 tasks at once), SLURM_ARRAY_TASK_ID, one output file per
# task by %A and %a, and a result file per parameter. Each task finds the period of a pendulum for
# one amplitude by numerical integration (Runge-Kutta, in awk); the textbook's formula for small
# amplitudes says 2.0061 s for all of them, and the sweep shows how wrong that gets.
#
# Try: sbatch sweep.sh; squeue -r; cat sweep-*.result
#
#SBATCH --job-name=sweep
#SBATCH --array=10-170:20%4
#SBATCH --ntasks=1
#SBATCH --mem=100M
#SBATCH --time=5
#SBATCH --output=sweep-%A_%a.out
set -euo pipefail

amplitude=$SLURM_ARRAY_TASK_ID
result=sweep-$amplitude.result

awk -v degrees="$amplitude" '
  # Angular acceleration of a pendulum of 1 m.
  function pull(angle) { return -9.81 * sin(angle) }
  BEGIN {
    pi = atan2(0, -1)
    angle = degrees * pi / 180; speed = 0; step = 0.00005
    # From rest at the amplitude to the lowest point is a quarter of a period.
    for (time = 0; angle > 0; time += step) {
      k1 = speed;                    l1 = pull(angle)
      k2 = speed + step / 2 * l1;    l2 = pull(angle + step / 2 * k1)
      k3 = speed + step / 2 * l2;    l3 = pull(angle + step / 2 * k2)
      k4 = speed + step * l3;        l4 = pull(angle + step * k3)
      before = angle
      angle += step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
      speed += step / 6 * (l1 + 2 * l2 + 2 * l3 + l4)
    }
    time -= step * angle / (angle - before)
    small = 2 * pi * sqrt(1 / 9.81)
    printf "amplitude %3d degrees: period %.4f s, %+6.2f %% of the formula for small ones\n",
      degrees, 4 * time, 100 * (4 * time / small - 1)
  }' >"$result"

cat "$result"
echo "task $SLURM_ARRAY_TASK_ID of array $SLURM_ARRAY_JOB_ID ran on $SLURMD_NODENAME"
