"""Write the tables of the docs from the code, between `<!-- generated: name -->` and `<!-- end -->`.

    python docs/generate.py            rewrite them
    python docs/generate.py --check    list those that are out of date, and exit with 1 if any is

`tests/test_docs.py` asserts that a rewrite changes nothing. `BLOCKS` names the tables; a word behind
a name chooses a part: `<!-- generated: coefficients MONEY -->`.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
from typer.main import get_command

from scenario_sim import validation
from scenario_sim.cli.commands import app
from scenario_sim.cli.json_models.registry import OUTPUTS
from scenario_sim.data.enums import Channel, Family, Rung
from scenario_sim.data.history import record
from scenario_sim.data.parameters import PARAMETERS, SETTINGS, THEORIES, choice_weights
from scenario_sim.data.parameters import coefficients as dynamics
from scenario_sim.data.states import load_cast, load_starts
from scenario_sim.data.states.schema import StateSpec
from scenario_sim.data.variables import INITIAL_CONDITIONS, PUSH_TARGETS
from scenario_sim.errors import lower_first
from scenario_sim.model import equations
from scenario_sim.reporting import codebook
from scenario_sim.scenario import Scenario
from scenario_sim.scenario.dates import week_of
from scenario_sim.scenario.files import list_scenarios, load_scenario
from scenario_sim.scenario.json_schema import json_schema
from scenario_sim.simulation import cycles
from scenario_sim.simulation.plugins.schema import PluginFile
from scenario_sim.studies.study_file import Study
from scenario_sim.teaching import list_lessons, load_lesson, simulate_answers
from scenario_sim.teaching.lesson import Lesson
from scenario_sim.validation.theory_evidence import evidence_about

DOCS = Path(__file__).parent
POSTERIOR = DOCS.parent / "scenario_sim/validation/calibration/posterior.toml"
MARKED = re.compile(r"(<!-- generated: (.+?) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
FIRST_YEAR, LAST_YEAR = 2012, 2023  # the years on which the stylised facts are judged
SINCE = 2005  # the first year of which the record is meant to be complete


def table(rows: Iterable[dict], *columns: str, code: Iterable[str] = ()) -> str:
    """Return rows as Markdown, the columns named by `code` in code style."""
    written = []
    for row in rows:
        cells = {column: codebook.as_text(row[column]) for column in columns or row}
        written.append({c: f"`{v}`" if c in code and v else v for c, v in cells.items()})
    return codebook.as_markdown(written)


# --- what is taught ----------------------------------------------------------------------------


def lessons() -> str:
    """Return the table of shipped lessons."""
    rows = [
        {
            "lesson": f"`{one.name}`",
            "minutes": one.minutes,
            "questions": sum(step.ask is not None for step in one.steps),
            "asks": one.question,
        }
        for one in map(load_lesson, list_lessons())
    ]
    return table(rows)


def badge() -> str:
    """Return what the trial on the past found, in the words of `docs/validate.py`."""
    return f"{validation.badge()}\n"


def lesson_answers() -> str:
    """Return the table of the model's answers to the questions of lessons."""
    rows = []
    for one in map(load_lesson, list_lessons()):
        rows += [
            {
                "lesson": f"`{one.name}`",
                "step": n + 1,
                "question": one.steps[n].ask.question,
                "answer": answer.words,
            }
            for n, answer in simulate_answers(one).items()
        ]
    return table(rows)


# --- the keys of files ---------------------------------------------------------------------------

FILE_MODELS = {"scenario": Scenario, "study": Study, "lesson": Lesson, "states": StateSpec,
               "plugin": PluginFile}  # fmt: skip
SETTINGS_NOTE = "any lever, hypothesis or circumstance"


def keys(kind: str) -> str:
    """Return the tables of every key of a kind of file, from its schema."""
    return _key_tables(
        json_schema() if kind == "scenario" else FILE_MODELS[kind].model_json_schema()
    )


def json_outputs() -> str:
    """Return the tables of every key that each command prints with --json."""
    written = [
        f"## {name}\n\n{_key_tables(model.model_json_schema(), is_output=True)}"
        for name, model in OUTPUTS.items()
    ]
    return "\n".join(written)


def _key_tables(schema: dict, is_output: bool = False) -> str:
    """Return a table of the keys of each object in a schema; an output has no default and range."""
    tables = {"at the top": schema} | schema.get("$defs", {})
    columns = ("key", "holds", "meaning") if is_output else ()
    written = []
    for name, fields in tables.items():
        rows = [
            {
                "key": key,
                **_describe_key(
                    field, key in fields.get("required", ()), _table_words(schema, field)
                ),
            }
            for key, field in fields.get("properties", {}).items()
            if key != "folder" and not (key in SETTINGS and name != "Levers")
        ]
        if rows and name not in ("Levers", "Hypotheses", "Circumstances", "_Conditions"):
            told = " ".join(fields.get("description", "").split("\n\n")[0].split())
            if any(key in SETTINGS for key in fields["properties"]):
                told += f" Beside these keys it takes {SETTINGS_NOTE}."
            heading = name.rsplit("__", 1)[-1].strip("_")
            code = ("key",) if is_output else ("key", "default")
            shown = [row | {"holds": row["takes"]} for row in rows] if is_output else rows
            written.append(f"**{heading}**: {told}\n\n{table(shown, *columns, code=code)}")
    return "\n".join(written)


def _describe_key(field: dict, required: bool, meaning: str = "") -> dict:
    """Return type, range, default and meaning of a key, in words."""
    options = [one for one in field.get("anyOf", [field]) if one.get("type") != "null"]
    kinds = " or ".join(dict.fromkeys(_kind(one) for one in options))
    limits = {key: value for one in options for key, value in one.items()} | field
    low = next(
        (limits[key] for key in ("minimum", "ge", "exclusiveMinimum", "gt") if key in limits), None
    )
    high = next((limits[key] for key in ("maximum", "le") if key in limits), None)
    if low is None and high is None:
        text = ""
    elif high is None:
        text = f"{low:,} or more" if "minimum" in limits or "ge" in limits else f"above {low:,}"
    else:
        text = f"{low:,} to {high:,}"
    default = field.get("default")
    if isinstance(default, dict | list) and default:
        default = "see the table" if isinstance(default, dict) else json.dumps(default)
    shown = "" if required or default in (None, "", {}, []) else str(default)
    return {
        "takes": kinds,
        "range": text.removesuffix(" to")
        + (" or more" if low is not None and high is None else ""),
        "default": "required" if required else shown,
        "meaning": field.get("description", meaning),
    }


def _table_words(schema: dict, field: dict) -> str:
    """Return the description of the table that a key holds, for a key without its own."""
    name = field.get("$ref", "").rsplit("/", 1)[-1]
    return schema.get("$defs", {}).get(name, {}).get("description", "")


def _kind(field: dict) -> str:
    """Return what a value is, in words."""
    if "$ref" in field or "allOf" in field:
        name = field.get("$ref", "").rsplit("/", 1)[-1].rsplit("__", 1)[-1].strip("_")
        return f"table {name}"
    if "enum" in field or "const" in field:
        return ", ".join(str(one) for one in field.get("enum", [field.get("const")]))
    if "anyOf" in field:
        options = (one for one in field["anyOf"] if one.get("type") != "null")
        return " or ".join(dict.fromkeys(map(_kind, options)))
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}))}"
    if field.get("type") == "object" and isinstance(field.get("additionalProperties"), dict):
        inner = _kind(field["additionalProperties"])
        named = f"({inner}) by name" if " or " in inner else f"{inner} by name"
        return "table" if inner == "value" else named
    words = {"string": "text", "number": "number", "integer": "whole number", "boolean": "true, false",
             "object": "table"}  # fmt: skip
    return "date" if field.get("format") == "date" else words.get(str(field.get("type")), "value")


def shared_options() -> str:
    """Return the table of the options that several commands take."""
    commands = get_command(app).commands
    taken: dict[str, list[str]] = {}
    for name, command in commands.items():
        for one in command.params:
            if one.opts[0].startswith("--"):
                taken.setdefault(one.opts[0], []).append(name)
    rows = [
        {"option": option, "commands": ", ".join(names)}
        for option, names in sorted(taken.items())
        if len(names) > 1
    ]
    return table(rows, code=("option",))


# --- what there is -------------------------------------------------------------------------------


def levers(rows: list[dict], *more: str) -> str:
    """Return a table of levers, with `more` columns of the codebook."""
    shown = [
        row
        | {
            "lever": f"`{row['name']}` ({row['symbol']})",
            "range": f"{row['low']:g} to {row['high']:g}",
            "ends": f"{row['low means']} ... {row['high means']}",
            "enters": row["enters"],
        }
        for row in rows
    ]
    return table(shown, "lever", "range", "default", "ends", "meaning", "enters", *more)


def states() -> str:
    """Return the table of states."""
    columns = ("state", "name", "role", "channels", "resources", "feels threatened by")
    return table(codebook.states(), *columns, code=("state",))


def pathways() -> str:
    """Return the table of pathways."""
    return table(codebook.pathways(), code=("pathway",))


def mechanisms() -> str:
    """Return the table of mechanisms."""
    return table(codebook.mechanisms(), code=("mechanism",))


def actions(state: str) -> str:
    """Return one state's actions."""
    rows = [row for row in codebook.actions() if row["state"] == state]
    columns = ("action", "name", "channel", "family", "rung", "polarity", "only if", "utility")
    return table(rows, *columns, code=("action", "only if"))


def moves() -> str:
    """Return the table of what each act moves, beside the plain signal that it happened."""
    cast = load_cast()
    rows = []
    for state, action in cast.actions.values():
        pushed = (
            f"{push.replace('_', ' ')} {cast.parameters[coefficient].default:+g}"
            for push, coefficient in action.moves.items()
        )
        rows.append(
            {
                "state": state.code,
                "action": action.id,
                "moves": ", ".join(pushed),
                "signals": ", ".join(action.signals),
            }
        )
    return table(rows, code=("state", "action"))


def pushes() -> str:
    """Return the table of what an act may move: the names left in `moves` of a state's file."""
    meanings: dict[str, list[str]] = {}
    for quantity in PUSH_TARGETS:
        meanings.setdefault(quantity.name, []).append(quantity.meaning)
    rows = [{"name": n, "what it is, or does": "; ".join(m)} for n, m in meanings.items()]
    return table(rows, code=("name",))


def appraisals() -> str:
    """Return the table of appraisals."""
    return table(codebook.appraisals(), "state", "appraisal", "name", "terms",
                 code=("state", "appraisal"))  # fmt: skip


def coefficients(group: str) -> str:
    """Return one group of `parameters/`: MONEY, TALKS ... of equations, DPRK, USA ... of choices."""
    module = dynamics if hasattr(dynamics, group) else choice_weights
    names = {parameter.name for parameter in getattr(module, group)}
    rows = [
        row | {"range": f"{row['low']:g} to {row['high']:g}"}
        for row in codebook.coefficients()
        if row["name"] in names
    ]
    return table(rows, "name", "default", "range", "unit", "meaning", "source", code=("name",))


def outcomes() -> str:
    """Return the table of outcomes."""
    return table(codebook.outcomes(), code=("name",))


def cycle_definition() -> str:
    """Return the numbers that define a cycle."""
    rows = (
        {"name": p.name, "value": p.default, "range": f"{p.low:g} to {p.high:g}", "unit": p.unit}
        | {"source": p.source, "meaning": p.help}
        for p in cycles.CYCLE_DEFINITION
    )
    return table(rows, code=("name",))


def quantities() -> str:
    """Return the table of recorded quantities."""
    return table(codebook.quantities(), "name", "symbol", "kind", "axes", "unit", "low", "high",
                 "meaning", code=("name",))  # fmt: skip


def ladder() -> str:
    """Return the table of rungs with their acts."""
    cast = load_cast()
    rows = [
        {
            "rung": int(rung),
            "name": rung.label,
            "acts": "; ".join(a.name for _, a in cast.actions.values() if a.rung == rung),
        }
        for rung in Rung
    ]
    return table(rows)


def week() -> str:
    """Return the rules of a week in their order, each with the first sentence of its docstring."""

    def listed(these) -> str:
        return "".join(f"   - `{rule.__name__}`: {_says(rule)}\n" for rule in these)

    steps = (
        ("**Open** the week: levers, shocks, dates and luck; then", equations.WEEK_START_RULES),
        ("**Foresee** the Council: the chance that nobody vetoes, from yesterday's conditions", ()),
        ("**Perceive**, every state", (equations.threat_perception,)),
        ("**Decide**, every state in every channel it holds; votes count only where a draft lies on "
         "the table", ()),
        ("**Absorb**: add up what the acts push, then", (equations.launches, *equations.LEARNING_RULES.values(),
                                                          equations.security_council, equations.update_memory)),
        ("**Settle** the world", equations.WEEK_END_RULES),
        ("**Weigh** the four roads", equations.HAZARD_RULES),
        ("**Record** the week", ()),
    )  # fmt: skip
    return "".join(f"{n}. {text}\n{listed(f)}" for n, (text, f) in enumerate(steps, 1))


def _says(rule: Callable) -> str:
    """Return the first sentence of a rule's docstring, without its references to sections."""
    sentence = " ".join((rule.__doc__ or "").split("\n\n")[0].split()).split(". ")[0].rstrip(".")
    return re.sub(r"[;,] 3\.\d+|\s*\([^()]*\b3\.\d+[^()]*\)", "", sentence) + "."


# --- codes ---------------------------------------------------------------------------------------


def codes() -> str:
    """Return the numbers of `acts` in a dataset."""
    rows = [{"code": -1, "act": "", "state": "", "channel": "", "name": "nothing to choose"}]
    rows += [{"code": 0, "act": "hold", "state": "", "channel": "", "name": "holding still"}]
    for code, (state, action) in enumerate(load_cast().actions.values(), start=1):
        rows.append(
            {
                "code": code,
                "act": action.id,
                "state": state.code,
                "channel": str(action.channel),
                "name": action.name,
            }
        )
    return table(rows, code=("act", "state", "channel"))


def channels() -> str:
    """Return the table of channels."""
    cast = load_cast()
    held = {
        channel: [s.code for s in cast.states if channel in {c.id for c in s.channel}]
        for channel in Channel
    }
    rows = [
        {"index": n, "channel": channel.value, "held by": ", ".join(held[channel])}
        for n, channel in enumerate(Channel)
    ]
    return table(rows, code=("channel",))


def families() -> str:
    """Return the table of families of acts."""
    acts = Counter(action.family for _, action in load_cast().actions.values())
    rows = [{"family": str(f), "actions": acts[f]} for f in Family if f is not Family.HOLD]
    return table(rows, code=("family",))


# --- where experts disagree ------------------------------------------------------------------------


def theories() -> str:
    """Return the table of theories: settings, supporters, critics and the record."""
    rows = [
        {
            "theory": one.title,
            "says": one.words,
            "sets": ", ".join(f"`{n}` {v:g}" for n, v in (one.settings | one.parameters).items()),
            "for": one.supports,
            "against": one.doubts,
            "record, 2012 to 2023": " ".join(seen.words for seen in evidence_about(one.name)),
        }
        for one in THEORIES
    ]
    return table(rows)


# --- where worlds begin ----------------------------------------------------------------------------


def starts() -> str:
    """Return the table of starts."""
    rows = [
        {
            "start": name,
            "title": start["title"],
            "note": start["note"],
            "drive": f"{start['drive_departure']:+.2f}, {start['drive_known']:.0%} known"
            if "drive_known" in start
            else "usual spread",
        }
        for name, start in load_starts().items()
    ]
    return table(rows, code=("start",))


def start(name: str) -> str:
    """Return one start's conditions; conditions that are not listed are 0."""
    said = load_starts()[name]
    rows = [
        {"condition": n, "symbol": q.symbol, "value": said[n], "unit": q.unit, "meaning": q.meaning}
        for n, q in INITIAL_CONDITIONS.items()
        if n in said
    ]
    rows += [
        {
            "condition": f"threat_perception.{code}",
            "symbol": f"P_{code}",
            "value": value,
            "unit": "index",
            "meaning": "Threat perception.",
        }
        for code, value in said["threat_perception"].items()
    ]
    return table(rows, code=("condition",))


def scenarios() -> str:
    """Return the table of shipped scenarios."""
    rows = []
    for scenario in map(load_scenario, list_scenarios()):
        rows.append(
            {
                "name": scenario.name,
                "no.": scenario.number,
                "title": scenario.title,
                "start": scenario.start.isoformat(),
                "weeks": scenario.weeks,
                "question": scenario.question,
            }
        )
    return table(rows, code=("name",))


# --- the record ------------------------------------------------------------------------------------


def _acts(first: int, last: int) -> list[record.RecordedAct]:
    states = load_cast().codes
    return record.recorded_acts(date(first, 1, 1), date(last + 1, 1, 1), states)


def record_by_year() -> str:
    """Return counts of the shipped record by year, in days, not missiles."""
    years = range(SINCE, LAST_YEAR + 1)
    rows = {year: Counter() for year in years}
    for act in _acts(SINCE, LAST_YEAR):
        rows[act.date.year][act.action] += 1
        rows[act.date.year]["launch_days"] += act.launch_days
        if act.action in ("china_veto", "russia_veto"):
            rows[act.date.year]["vetoed", act.date] = 1
    return table(
        {
            "year": str(year),
            "launch days": n["launch_days"],
            "regional tests": n["regional_test"],
            "ICBM tests and satellite launches": n["icbm_test"],
            "nuclear tests": n["nuclear_test"],
            "limited attacks": n["limited_attack"],
            "drafts": n["table_draft"],
            "of them vetoed": sum(1 for key in n if isinstance(key, tuple)),
            "weeks of counted drills": n["joint_exercise"],
        }
        for year, n in rows.items()
    )


def observed() -> str:
    """Return statistics of the record's launch days, 2012 to 2023."""
    months = np.zeros((LAST_YEAR - FIRST_YEAR + 1, 12))
    monday = date(FIRST_YEAR, 1, 2)
    weeks = np.zeros(week_of(monday, date(LAST_YEAR, 12, 31)) + 1)
    for act in _acts(FIRST_YEAR, LAST_YEAR):
        months[act.date.year - FIRST_YEAR, act.date.month - 1] += act.launch_days
        if act.date >= monday:
            weeks[week_of(monday, act.date)] += act.launch_days
    years, months = months.sum(axis=1), months.ravel()

    def vmr(counts) -> float:
        return counts.var(ddof=1) / counts.mean()

    found = {
        "launch days a year, mean": years.mean(),
        "variance over mean, years": vmr(years),
        "variance over mean, months": vmr(months),
        "share of months without one": (months == 0).mean(),
        "lag-1 autocorrelation, months": np.corrcoef(months[:-1], months[1:])[0, 1],
        "variance over mean, weeks": vmr(weeks),
        "share of weeks without one": (weeks == 0).mean(),
    }
    return table({"statistic": name, "record": f"{value:.2f}"} for name, value in found.items())


# Sectors by their shares of exports in 2016; docs/model.md names the sources.
EXPORT_SECTORS = {
    "coal": 0.42,
    "textiles": 0.27,
    "iron, lead, ores and seafood": 0.21,
    "the rest": 0.10,
}


def sectors() -> str:
    """Return what resolutions leave of exports, by sectors and by the coefficient."""
    filled, left, rows = float(PARAMETERS["resolution_sanctions"].default), 1.0, []
    for number, (sector, share) in enumerate(EXPORT_SECTORS.items(), 1):
        left -= share
        rows.append(
            {
                "resolution": str(number),
                "closes": sector,
                "left, by sectors": f"{abs(left):.2f}",
                "left, by the coefficient": f"{(1 - filled) ** number:.2f}",
            }
        )
    return table(rows)


# What a misfit does to answers (judgement), by the beginning of its name.
EFFECTS_ON_ANSWERS = {
    "F7": "talks stop tests less surely than those of 2018 did",
    "F8": "surges of testing are too small",
    "F9": "talks dampen tests more than the record's did",
    "F12": "votes and vetoes are too rare: answers about the Council are too small",
    "F13": "sanctions cost less trade than they did: their price is understated",
    "F15": "missiles work too well early: less is left to learn by testing",
    "F16": "the arsenal grows at another pace than estimates say",
    "regional tests": "bursts of tests are missing, and with them their alarm and learning",
    "nuclear tests": "a nuclear test and all that answers it come too rarely",
    "ICBM": "the pipeline of long-range missiles runs at another pace",
    "resolutions": "votes are too rare: answers about the Council are too small",
    "fall of trade": "sanctions cost less trade than they did: their price is understated",
    "launch days in contact": "talks dampen tests more than the record's did",
    "share of weeks in contact": "talks last less, or longer, than they did",
    "statement 16": "drills cut first gain no contact: do not compare orders of policies",
    "statement 19": "a nuclear test is rarer, or likelier, than experts would say",
    "statement 20": "reach and arsenal grow at another pace than experts expect",
}


def misfits() -> str:
    """Return the facts that fail, figures out of reach, and statements of experts that are wrong."""
    rows = [*_failing_facts(), *_figures_out_of_reach(), *_wrong_statements()]
    return table(
        {"misfit": name, "figure": figure, "what it does to answers": _effect(name)}
        for name, figure in rows
    )


def _effect(name: str) -> str:
    found = (text for start, text in EFFECTS_ON_ANSWERS.items() if name.startswith(start))
    return next(found, "")


def _page_rows(page: str) -> Iterator[list[str]]:
    """Yield the cells of every row of every table of a page."""
    for line in (DOCS / page).read_text("utf-8").splitlines():
        if line.startswith("| "):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def _failing_facts() -> list[tuple[str, str]]:
    found = []
    for cells in _page_rows("validation.md"):
        if cells[-1] == "**fails**":
            name, says, seen, simulated, _, asked = cells[:6]
            record = f", on record {seen}" if seen else ""
            ends = [float(end) for end in asked.removeprefix("from ").split(" to ")]
            miss = min(abs(float(simulated) - end) / max(abs(end), 1e-9) for end in ends)
            text = f"simulated {simulated}{record}, asked {asked}"
            found.append((miss, f"{name}: {lower_first(says)}", text))
    return [(name, text) for _, name, text in sorted(found, key=lambda one: -one[0])]


def _figures_out_of_reach() -> list[tuple[str, str]]:
    told = tomllib.loads(POSTERIOR.read_text("utf-8"))
    far = [row for row in told["figures"] if row["nearest_spreads"] > 1]
    return [
        (row["name"], f"no coefficients come nearer than {row['nearest_spreads']:.1f} spreads")
        for row in sorted(far, key=lambda row: -row["nearest_spreads"])
    ]


def _wrong_statements() -> Iterator[tuple[str, str]]:
    for cells in _page_rows("expert-review.md"):
        if len(cells) >= 4 and cells[3] == "**wrong**":
            figures = [part for part in cells[2].split("<br>") if part.endswith("*wrong*")]
            yield f"statement {cells[0]}: {cells[1]}", "; ".join(figures)


BLOCKS: dict[str, Callable[..., str]] = {
    "levers": lambda: levers(codebook.levers(), "simple"),
    "hypotheses": lambda: levers(codebook.hypotheses(), "source"),
    "circumstances": lambda: levers(codebook.circumstances()),
    **{
        function.__name__: function
        for function in (
            *(
                states,
                mechanisms,
                pathways,
                actions,
                moves,
                pushes,
                appraisals,
                coefficients,
                outcomes,
                quantities,
            ),
            *(sectors, misfits, ladder, week, codes, channels, families, starts, start, scenarios),
            *(
                record_by_year,
                observed,
                theories,
                cycle_definition,
                lessons,
                lesson_answers,
                badge,
                keys,
                json_outputs,
                shared_options,
            ),
        )
    },
}


def regenerated(text: str) -> str:
    """Return a page with its generated blocks written again."""

    def anew(match: re.Match) -> str:
        opening, name, _, end = match.groups()
        block, *part = name.split()
        return f"{opening}\n{BLOCKS[block](*part)}\n{end}"

    return MARKED.sub(anew, text)


def pages() -> list[Path]:
    """Return the pages of the docs, and README."""
    return [DOCS.parent / "README.md", *sorted(DOCS.glob("*.md"))]


def drifted() -> list[str]:
    """Return the blocks that are out of date, as `page: block`."""
    found = []
    for page in pages():
        text = page.read_text("utf-8")
        names = (match[2] for match in MARKED.finditer(text))
        pairs = zip(names, MARKED.finditer(text), MARKED.finditer(regenerated(text)), strict=True)
        found += [f"{page.name}: {name}" for name, old, new in pairs if old[0] != new[0]]
    return found


def main() -> None:
    """Rewrite all blocks, or list those out of date with `--check`."""
    if "--check" in sys.argv[1:]:
        old = drifted()
        print(*(old or ["The docs are up to date."]), sep="\n")
        sys.exit(bool(old))
    for page in pages():
        text = page.read_text("utf-8")
        page.write_text(regenerated(text), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
