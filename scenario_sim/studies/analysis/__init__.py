"""Analyse a study: sensitivity, scenario discovery, robustness and policy search."""
