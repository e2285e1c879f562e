"""Widgets that more than one view uses: they take values and callbacks."""
