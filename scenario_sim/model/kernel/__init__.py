"""The model, compiled: traced once with symbols, written as one program, run as machine code.

graph              nodes of a straight-line program over one run
symbols            rows, and blocks of rows, that record arithmetic instead of doing it
symbolic_buffers   what the model's factory hands out when the model is traced
trace              runs one week of the Mesa model on symbols
program            what a back end needs: inputs, order of work, branches
llvm               the program as LLVM IR: prelude, and ir_draws, ir_week, ir_run
writer             writes IR: instructions, loops, vectors, nodes
machine            IR to machine code, by llvmlite
cache              machine code kept on disk
index              what determines a program, as a digest: a start then traces nothing
run                calls it: blocks of runs, shocks
interpret          the program in NumPy, operation by operation: the proof of the machine code
source             notices a rule that was changed in a notebook
"""
