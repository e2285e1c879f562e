"""Texts of links, files, code and hand-outs: what leaves the page and comes back."""

from scenario_sim.language import translate_constants
from scenario_sim.reporting.messages import DISCLAIMER

# --- export ---
EXPORT = {
    "title": "Keep and share",
    "copy_link": "Copy link",
    "handout": "Hand-out",
    "handout_about": "Hand-out: a report in one file, to read offline or to print",
    "more": "Files and code",
    "open": "Open a file …",
    "save": "Save as a file",
    "model": "The model in full",
    "model_about": "Every equation, number and source on one page, docs/model.md, to read offline",
    "needs": "It needs the file you opened, in the same folder, under this name:",
    "python": "Python",
    "command": "Command line",
    "copy_python": "Copy the Python",
    "copy_command": "Copy the command line",
    "copied_link": "The link is copied: it brings all of this back.",
    "copied_python": "The Python is copied.",
    "copied_command": "The command line is copied.",
    "copied_local": (
        "The link is copied. It opens on this machine only; Share says how to let others in."
    ),
    "copied_for_others": "The link is copied, with the address that others can open: {base}",
    "not_copied": "Your browser did not allow that: select the text and copy it.",
    "making": "Making the hand-out …",
    "saved": "Saved: {name}",
    "same": "Run either one to get exactly these numbers.",
}
# --- letting others in ---
SHARE = {
    "title": "Share this page",
    "close": "Close",
    "type": "Type this address, or scan the code:",
    "link": "Link to what you see now",
    "copy": "Copy link",
    "copied": "The link is copied.",
    "not_copied": "Your browser did not allow that: the link is selected, so copy it by hand.",
}
SHARE_FOR_OTHERS = (
    "Any device on this network can open it. If one cannot, the firewall of the machine that serves "
    "it is closed, or the network keeps its devices apart."
)
SHARE_LOCAL = (
    "This address works on this machine only. To let others in, stop the program and start "
    "it with: scenario-sim app --host 0.0.0.0"
)
SHARE_LONG = "The link is too long for a code, so the code opens the start page."
SHARE_CODE = "QR code of {address}"

HANDOUT_PROGRESS = "Hand-out: {percent} %"
HANDOUT_FAILED = "The hand-out could not be made"
HANDOUT_CURE = "Correct this, or go back to the last picture that worked, and try again."
FILE_HEAD = f"Made with scenario-sim. {DISCLAIMER}"
FILE_RUN = "The same futures again: scenario-sim run {name} --runs {runs} --seed {seed}"

# --- opening a file ---
OPEN_FAILED = "This file could not be opened"
OPEN_CURE = "Nothing has changed here. Correct the file and open it again."
OPEN_MOVED_TITLE = "Single futures have moved since this file was saved"
OPEN_MOVED = "The file was {advice}."
OPEN_MOVED_CURE = (
    "Levers, dates and choices are as the file has them; the changelog says why runs moved."
)
OPEN_UNREAD = "it could not be read; the server's log says why"
OPEN_LONG = (
    "is longer, when packed, than the {most:,} characters that a link can hold; shorten its notes and sources, "
    "or run it with `scenario-sim run`"
)

# --- what cannot be followed in a link: each stands after the name of the part ---
TITLE = "Not all of this link could be followed"
CURE = "The page shows what could be; the address above is already in order."
FAILED = "this link could not be read; nothing of it is followed, and the server's log says why"
TOO_LONG = "is longer than {most:,} characters; nothing of it is followed: open the file itself from your disk"
TOO_MANY_PARTS = "holds more than {most} parts; nothing of it is followed"
UNKNOWN_PART = "is an unknown part of a link{meant}"
GIVEN_TWICE = "is given twice; the first value, {value}, counts"
SCENARIO = "{reason}; the status quo is shown instead"
SCENARIO_AND_FILE = "is left out, because the link also holds a scenario file; keep one of the two"
FILE_TOO_LONG = "is longer than {most} characters; open the file itself from your disk"
FILE_BROKEN = "cannot be unpacked; the link may have been cut short: copy it again, whole"
LESSON = "{reason}; no lesson is opened"
NO_LESSON = "belongs to a lesson; name one, as in lesson=veto"
GUESS = "takes STEP:GUESS, once for a step that asks a question, as in guess=2:0"
PAGE = "takes `start`, `picture`, `world`, `game`, `claims`, `outlook` or `studio`, not {value}"
TAB = "takes one of {tabs}, not {value}"
FLAG = "takes 1 or 0, not {value}"
WHOLE_NUMBER = "takes a whole number from {low} to {high}, not {value}"
OTHER_MODEL = (
    "{model} is another version of the model than this one, {now}. Levers, dates and choices are as "
    "the link has them, but single futures have moved: this run shows another world. The changelog "
    'gives the reason under "Results moved"'
)
RUNS = "are at most {most:,} over {weeks} weeks on this page; it shows {usual:,}"
CHANGE = "takes DATE:LEVER:VALUE, as in on=2027-03-01:hotline:0.8"
DATE = "takes a date such as 2027-03-01, not {value}"
NO_LEVER = "there is no lever {name}{meant}"
LEVER_RANGE = "{lever}takes a number from {low} to {high}, not {value}"
BRANCH = "takes NAME~DATE:LEVER:VALUE or NAME~DATE:STATE:CHANNEL:ACTION, more of them after a ~"
BRANCH_TOO_LONG = "holds more than {most} changes and acts; it is left out"
PIN = "takes NAME~SCENARIO~LEVER:VALUE or NAME~SCENARIO~DATE:LEVER:VALUE, more of them after a ~"
TOO_MANY_PINS = "are at most {most}; the rest are left out"
TOO_MANY_BRANCHES = "are at most {most}; the rest are left out"
NOTHING = "nothing"

translate_constants(__name__)
