"""Play a state in the browser: what it can know, what it can do, and the debrief."""
