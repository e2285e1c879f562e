"""One world in the browser: played, asked why, and branched."""
