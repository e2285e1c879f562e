#!/bin/bash
# No scheduler at all: an array of jobs, each with a seed and a folder of its own, merged at the end.
# Untested: see docs/cluster.md.
#     sbatch docs/cluster/slurm-shards.sh
#     scenario-sim merge "$SCRATCH"/shard-* --out "$SCRATCH/all"     (when all are done)
#SBATCH --job-name=scenario-sim-shard
#SBATCH --array=0-99
#SBATCH --cpus-per-task=32
#SBATCH --mem-per-cpu=2G
#SBATCH --time=02:00:00
#SBATCH --requeue
set -eu
source "$HOME/scenario-sim/.venv/bin/activate"
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
scenario-sim run status-quo --seed "$SLURM_ARRAY_TASK_ID" --runs 10000000 \
    --jobs "$SLURM_CPUS_PER_TASK" --out "$SCRATCH/shard-$SLURM_ARRAY_TASK_ID"
