"""Fit coefficients to the record until 2019 and show what the fit leaves open.

`targets` are the figures of the record that are fitted, and their counterparts in simulated futures;
`design` simulates them at points of the prior; `emulator` makes a smooth likelihood of them; `walkers`
draw from the posterior; `self_check` fits records of the model's own, and `neural_posterior` is a second
opinion; `sampler` does all that in one folder. `posterior` holds the draws; `predictive` simulates under
them, so that chance and coefficient uncertainty stand apart; `diagnostics` makes docs/calibration.md.
"""
