"""The page in the browser. Solara is imported in this folder alone.

`state` holds what a visitor chose, `selectors` derives scenarios from it, `ensembles` and `result`
simulate them; none of these knows Solara's components. `page` alone changes the state. Components
and views take values and callbacks. `server` is the web server, `messages` holds every text.
"""
