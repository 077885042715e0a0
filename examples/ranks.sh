#!/bin/bash
# A program of several ranks on several nodes, in the manner of MPI, started by srun.
#
# Shows: a job over nodes, one srun step with a task per rank, SLURM_PROCID, SLURM_NTASKS,
# SLURMD_NODENAME, --label, and a second step that asks every node for its name. No MPI library is
# needed: the ranks of ranks.c find each other through a file in the shared working directory and
# send their partial sums over TCP.
#
# Try: sbatch ranks.sh; sbatch --nodes=4 --ntasks=8 ranks.sh
#
#SBATCH --job-name=ranks
#SBATCH --nodes=2-4
#SBATCH --ntasks=4
#SBATCH --mem=300M
#SBATCH --time=5
#SBATCH --output=ranks-%j.out
set -euo pipefail

source=${EXAMPLES:-$SLURM_SUBMIT_DIR}/ranks.c
program=./ranks-$SLURM_JOB_ID
meeting=$PWD/ranks-$SLURM_JOB_ID.address
cc -O2 -o "$program" "$source" -lm
trap 'rm -f "$program" "$meeting"' EXIT

echo "job $SLURM_JOB_ID has $SLURM_NTASKS tasks on $SLURM_JOB_NUM_NODES nodes: $SLURM_JOB_NODELIST"
srun --ntasks="$SLURM_JOB_NUM_NODES" --ntasks-per-node=1 --label printenv SLURMD_NODENAME | sort -n
srun "$program" "$meeting" 200000000
