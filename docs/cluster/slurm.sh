#!/bin/bash
# A Dask scheduler, workers and a study in one Slurm job. Untested: see docs/cluster.md.
#     sbatch docs/cluster/slurm.sh
#SBATCH --job-name=scenario-sim
#SBATCH --ntasks=65
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=2G
#SBATCH --time=04:00:00
#SBATCH --requeue
set -eu
source "$HOME/scenario-sim/.venv/bin/activate"
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
results=${RESULTS:-$SCRATCH/status-quo}
mkdir -p "$results"
address=$results/.scheduler-$SLURM_JOB_ID.json  # on a disk that every node sees

dask scheduler --scheduler-file "$address" --dashboard-address : &
scheduler=$!
trap 'kill "$scheduler" 2>/dev/null; rm -f "$address"' EXIT
while [ ! -s "$address" ]; do sleep 1; done

# All tasks but one become workers: a process of one thread each, for threads gain nothing here.
srun --ntasks=$((SLURM_NTASKS - 1)) --kill-on-bad-exit=0 \
    dask worker --scheduler-file "$address" --nworkers 1 --nthreads 1 --local-directory /tmp &

# Requeued, the same command goes on where it stopped.
scenario-sim run status-quo --runs 10000000 --out "$results" \
    --cluster "$(python -c 'import json, sys; print(json.load(open(sys.argv[1]))["address"])' "$address")"
