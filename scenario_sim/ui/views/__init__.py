"""The views of the page: start, results, one run, game, lesson and history."""
