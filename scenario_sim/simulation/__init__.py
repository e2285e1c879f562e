"""Run scenarios, measure the runs and compare them."""
