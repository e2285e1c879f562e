"""The model of one week: equations, agents, choices, and the Mesa model that holds them.

`model.py` is the one readable source. `kernel/` compiles it: the model is traced once, and the
program that results runs as machine code. Mesa is imported in `model.py` and `agents.py` alone.
"""
