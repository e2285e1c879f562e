"""JSON outputs of the commands, as pydantic models: what each key means, and which keys there are.

`low` and `high` are always the ends of a confidence interval at the level `confidence`; `p5` and `p95`
are percentiles over runs; `minimum` and `maximum` are limits of a range.
"""
