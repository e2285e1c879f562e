"""The page in the browser. Solara is imported here and nowhere else.

`state` (what a visitor chose) and `worlds` (what follows from it, shared by all visitors) know no
Solara; `page` alone touches the state; `controls` and `panels` take values and callbacks.
"""
