"""What the article says, claim by claim: each tried in the model, under every theory.

`entries` holds the claims, `figures` what one is tried on and how sure a figure is, `tallies` what is
counted, `trial` the trial and its verdict.
"""
