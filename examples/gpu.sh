#!/bin/bash
# A job that asks for GPUs and prints which it was given.
#
# Shows: --gres=gpu:N, the devices of the job (SLURM_JOB_GPUS) as the node numbers them, and those
# that the program sees (CUDA_VISIBLE_DEVICES). Uses nvidia-smi where a card is present; the devices
# of a test cluster are made up.
#
# Try: sbatch gpu.sh; sbatch --gres=gpu:1 gpu.sh; scontrol -d show job JOBID
#
#SBATCH --job-name=gpu
#SBATCH --ntasks=1
#SBATCH --gres=gpu:2
#SBATCH --mem=100M
#SBATCH --time=5
#SBATCH --output=gpu-%j.out
set -euo pipefail

echo "on $SLURMD_NODENAME: SLURM_JOB_GPUS=$SLURM_JOB_GPUS CUDA_VISIBLE_DEVICES=$CUDA_VISIBLE_DEVICES"
given=$(tr ',' '\n' <<<"$CUDA_VISIBLE_DEVICES" | wc -l)
if [[ $given != "${SLURM_GPUS_ON_NODE:-$given}" ]]; then
  echo "gpu.sh: $given devices are visible and SLURM_GPUS_ON_NODE=$SLURM_GPUS_ON_NODE" >&2
  exit 1
fi
if command -v nvidia-smi >/dev/null && nvidia-smi -L; then
  nvidia-smi --query-gpu=index,name,memory.total,utilization.gpu --format=csv
else
  echo "no NVIDIA driver here; $given devices as configured"
fi
srun bash -c 'echo "a step sees CUDA_VISIBLE_DEVICES=$CUDA_VISIBLE_DEVICES"'
