"""The model held against the record: stylised facts, and skill in hindsight-free forecasts.

`past` holds the months of the record and the policies known by then, `facts` what a good model
would reproduce, `baselines` what it has to beat, `scores` how that is judged, `backtest` the trial.
"""
