"""The compiled model: traced once with symbols, and run as machine code.

graph              nodes of a straight-line program over one run
symbols            rows, and blocks of rows, that record arithmetic instead of doing it
symbolic_buffers   containers of symbols, which the model is traced with
trace              runs one week of the Mesa model on symbols
program            the traced week with its inputs, hoisted values and branches
llvm               the program as LLVM IR: prelude, and ir_draws, ir_week, ir_run
writer             writes IR: instructions, loops, vectors, nodes
machine            IR to machine code, by llvmlite
cache              machine code kept on disk
index              what determines a program, as a digest: a start then traces nothing
run                calls it: blocks of runs, shocks
interpret          the program in NumPy, operation by operation, to test the machine code
source             detects a rule that was changed in a notebook
"""
