"""Coefficients fitted to the record until 2019, and what that leaves open.

`evidence` is what of the record is fitted, and the same figures of a model's futures; `misfit` how far
they lie apart; `fit` the search; `posterior` the draws it came to, which `futures` and `hand_out` show
so that luck and not knowing the coefficients stand apart; `account` what stands in docs/calibration.md.
"""
