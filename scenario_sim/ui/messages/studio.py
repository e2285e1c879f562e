"""Texts of the studio, where a visitor writes a lesson or a scenario."""

from scenario_sim.language import translate_constants

TITLE = "Studio: your own lesson or scenario"
LEAD = (
    "Fill in the form. It is checked while you write, and the model works out the answers. Then try it, copy "
    "its link, or save it as a file. Nothing is kept on the server."
)
LINK = "Write your own lesson or scenario"
FORM = {
    "lesson": "A lesson",
    "scenario": "A scenario",
    "kind": "What do you write?",
    "title": "Title",
    "question": "The question behind it, in one sentence",
    "minutes": "Minutes",
    "starts_in": "It begins in",
    "base": "Built on",
    "weeks": "Weeks",
    "step": "Step",
    "text": "Text, a few sentences",
    "look": "Chart to look at",
    "none": "none",
    "asks": "Ask a question here",
    "ask": "The question to guess",
    "outcome": "What is asked about",
    "measure": "How it is measured",
    "levers": "Levers that move at the answer",
    "levers_all": "Levers",
    "lever": "Lever",
    "value": "Value",
    "guess": "The class answers by",
    "slider": "a slider",
    "choices": "choices",
    "low": "from",
    "high": "to",
    "by": "in steps of",
    "choice": "Choice",
    "up_to": "right up to",
    "last_choice": "The last choice has no end.",
    "after": "Your comment on the answer",
    "debrief": "Questions for the end, one a line",
    "changes": "Changes at a date",
    "acts": "Acts that must happen",
    "date": "Date",
    "state": "State",
    "action": "Act",
    "add": "Add",
    "add_step": "Add a step",
    "remove": "Remove",
    "checking": "Checking …",
    "fine": "This works.",
    "problems": "Still to do",
    "notes": "What the model says",
    "open": "Open a file to edit",
    "anew": "Start anew",
    "kept": "This draft is kept in this browser.",
    "left_out": "The form does not hold these keys of the file, and a file saved here lacks them: {keys}.",
    "try": "Try it",
    "save": "Save as a file",
    "copy": "Copy link",
    "copied": "The link is copied.",
    "not_copied": "Copy this address:",
    "too_long": "It is too long for a link: save it as a file.",
}

PROBLEM, BETWEEN, ROW = "{place}: {text}", ", ", "{label} {n}"
CHOOSE, ADD_ONE = "choose one from the menu", "add at least one"

translate_constants(__name__)
