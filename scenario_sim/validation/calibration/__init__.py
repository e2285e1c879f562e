"""Fit coefficients to the record until 2019 and show what the fit leaves open.

`targets` are the figures of the record that are fitted, and their counterparts in simulated futures;
`likelihood` says how far they lie apart; `sampler` is the search; `posterior` holds its draws.
`predictive` simulates under draws, so that chance and coefficient uncertainty stand apart;
`diagnostics` makes what stands in docs/calibration.md.
"""
