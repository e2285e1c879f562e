"""The game: play a state in the browser, and the debrief at the end."""
