"""The web server of the page: which requests it answers, and with what limits."""
