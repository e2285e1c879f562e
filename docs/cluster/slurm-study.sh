#!/bin/bash
# A study file as an array job without a scheduler: each task runs its part of the design.
#     sbatch --array=1-20 docs/cluster/slurm-study.sh docs/cluster/study.toml "$SCRATCH/hotlines"
# When all tasks are done, on any machine (`sbatch --dependency=afterok:JOB` starts it by itself):
#     bash docs/cluster/slurm-study.sh docs/cluster/study.toml "$SCRATCH/hotlines" merge
#SBATCH --job-name=scenario-sim-study
#SBATCH --cpus-per-task=8
#SBATCH --mem-per-cpu=2G
#SBATCH --time=01:00:00
#SBATCH --requeue
set -eu
study=$1 folder=$2
if [ -f "${VENV:=$HOME/scenario-sim/.venv}/bin/activate" ]; then source "$VENV/bin/activate"; fi
if [ "${3:-}" = merge ]; then
    scenario-sim merge "$folder"/part-* --out "$folder/all"
    scenario-sim study "$study" --out "$folder/all" # nothing is left to simulate: it analyses the whole
    exit
fi
scenario-sim study "$study" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" \
    --jobs "$SLURM_CPUS_PER_TASK" --out "$folder/part-$SLURM_ARRAY_TASK_ID"
