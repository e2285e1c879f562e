"""The style sheets of the page."""
