"""Coefficients fitted to the record until 2019, and what that leaves open.

`evidence` is what of the record is fitted, and the same figures of a model's futures; `fit` the search
(ABC-SMC, by pyabc); `posterior` the draws it came to, which `futures` plays so that luck and not
knowing the coefficients stand apart; `account` what of it stands in docs/calibration.md.
"""
