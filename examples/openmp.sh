#!/bin/bash
# A program with threads (OpenMP), compiled by the job itself.
#
# Shows: --cpus-per-task, SLURM_CPUS_PER_TASK, srun starting a step that uses all CPUs of its task.
# Counts primes twice, with one thread and with as many as the job has CPUs, and compares.
#
# Try: sbatch openmp.sh; sbatch --cpus-per-task=8 openmp.sh
#
#SBATCH --job-name=openmp
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=2
#SBATCH --mem=300M
#SBATCH --time=5
#SBATCH --output=openmp-%j.out
set -euo pipefail

source=${EXAMPLES:-$SLURM_SUBMIT_DIR}/primes.c
program=./primes-$SLURM_JOB_ID
cc -O2 -fopenmp -o "$program" "$source"
trap 'rm -f "$program"' EXIT

for threads in 1 "$SLURM_CPUS_PER_TASK"; do
  OMP_NUM_THREADS=$threads srun --ntasks=1 --cpus-per-task="$SLURM_CPUS_PER_TASK" "$program" 3000000
done
