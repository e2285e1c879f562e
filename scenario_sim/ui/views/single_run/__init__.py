"""The page of one run: its weeks on stage, the log, explanations and branches."""
