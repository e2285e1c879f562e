"""Who is in the world and what they can do is data: files alone rename, drop and add."""

from __future__ import annotations

import ast
import re
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from some_scenarios import ENVOY

from scenario_sim import EscalationModel, Scenario, compare, simulate
from scenario_sim.data.parameters import PARAMETERS, SETTINGS
from scenario_sim.data.states import HOLD, load_cast
from scenario_sim.data.variables import MEMORIES, PER_STATE, ROLES, TERM_QUANTITIES
from scenario_sim.errors import ScenarioError, StatesError
from scenario_sim.model import agents, choice, equations, model
from scenario_sim.simulation.recording import recorded_rows

SHIPPED = files("scenario_sim.data.states")


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the shipped states to do with as one likes."""
    for file in SHIPPED.iterdir():
        if file.name.endswith(".toml"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def append(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def world(folder: Path | None = None, weeks: int = 40, **more) -> Scenario:
    return Scenario(title="A world", weeks=weeks, states=folder and str(folder), **more)


def bits(values: np.ndarray) -> bytes:
    return np.ascontiguousarray(values).tobytes()


def acts(trajectory, state: str, channel: str) -> np.ndarray:
    """Names of the acts in one channel: (week, run)."""
    weekly = trajectory.weekly
    names = np.array([HOLD, *weekly.cast.actions, "nothing"])  # code -1 finds the last
    return names[weekly.acts[weekly.cast.channels.index((state, channel))]]


# --- other people -----------------------------------------------------------------------------------


def test_a_copy_of_the_shipped_states_is_the_same_world(folder):
    assert world(folder).hash == world().hash
    own, shipped = simulate(world(folder), 20, seed=3), simulate(world(), 20, seed=3)
    assert bits(own.weekly.table) == bits(shipped.weekly.table)


def test_japan_may_bear_another_name(folder):
    rewrite(
        folder / "japan.toml", 'code = "Japan"\nname = "Japan"', 'code = "Nihon"\nname = "Nihon"'
    )
    threats = world().start_threats()
    threats["Nihon"] = threats.pop("Japan")  # the named start knows Japan only
    renamed = world(folder, conditions={"threat_perception": threats})
    other, base = simulate(renamed, 20, seed=3), simulate(world(), 20, seed=3)
    assert bits(other.weekly.table) == bits(base.weekly.table)
    assert bits(other.weekly.acts) == bits(base.weekly.acts)
    assert "Nihon" in other.dataset["state"] and "Japan" not in other.dataset["state"]
    here = other.dataset["threat_perception"].sel(state="Nihon")
    assert bits(here.values) == bits(base.dataset["threat_perception"].sel(state="Japan").values)
    there = EscalationModel(renamed, rng=3)
    assert [state.name for state in there.states if state.code == "Nihon"] == ["Nihon"]


def test_the_world_goes_on_without_japan(folder):
    (folder / "japan.toml").unlink()
    without, base = simulate(world(folder), 60, seed=3), simulate(world(), 60, seed=3)
    assert without.dataset["state"].values.tolist() == ["DPRK", "USA", "ROK", "China", "Russia"]
    assert not [name for name in recorded_rows(without.weekly.cast) if "Japan" in name]
    assert np.isfinite(without.weekly.table).all()
    assert without.outcomes["exercises"].sum() < base.outcomes["exercises"].sum()
    # In the first week nobody misses it yet: everybody's luck is what it was, and so are the acts.
    for state, channel in without.weekly.cast.channels:
        assert (acts(without, state, channel)[0] == acts(base, state, channel)[0]).all()


@pytest.mark.parametrize("absent", [("china", "russia"), ("rok", "japan")])
def test_the_world_goes_on_without_patrons_or_without_allies_but_one(folder, absent):
    for name in absent:
        (folder / f"{name}.toml").unlink()
    few = simulate(world(folder), 20, seed=3)
    assert len(few.dataset["state"]) == 4
    assert np.isfinite(few.weekly.table).all()
    if absent == ("china", "russia"):
        assert few.outcomes["vetoes"].sum() == 0


def test_a_new_action_leaves_everything_alone_until_it_is_first_chosen(folder):
    append(folder / "japan.toml", ENVOY)
    other, base = simulate(world(folder), 80, seed=3), simulate(world(), 80, seed=3)
    assert "japan_envoy" in other.dataset["acts"].attrs["flag_meanings"].split()
    sent = acts(other, "Japan", "diplomatic") == "japan_envoy"
    first = np.where(sent.any(axis=0), sent.argmax(axis=0), 40)
    assert 5 < (first < 40).sum() < 75, "some runs know the envoy, some do not"
    for run, week in enumerate(first):
        before = np.s_[:week, run]
        for name in recorded_rows(base.weekly.cast):
            assert bits(other.weekly[name][before]) == bits(base.weekly[name][before]), name
        for state, channel in base.weekly.cast.channels:
            new, old = acts(other, state, channel), acts(base, state, channel)
            assert (new[before] == old[before]).all()
            # In the week itself all others still decide as they did.
            if week < 40 and (state, channel) != ("Japan", "diplomatic"):
                assert new[week, run] == old[week, run]
    moved = np.flatnonzero(first < 39)
    assert (other.weekly["trust"][-1, moved] != base.weekly["trust"][-1, moved]).any()


def test_a_new_action_has_coefficients_that_scenarios_may_set(folder):
    append(folder / "japan.toml", ENVOY)
    eager = world(folder, parameters={"japan_envoy_base": 0.0})
    chosen = [
        (acts(simulate(scenario, 40, seed=3), "Japan", "diplomatic") == "japan_envoy").mean()
        for scenario in (world(folder), eager)
    ]
    assert chosen[1] > 5 * chosen[0] > 0
    with pytest.raises(ScenarioError, match="japan_envoy_base"):
        world(folder, parameters={"japan_envoy_base": 1.0})


def test_a_new_action_may_be_forced(folder):
    append(folder / "japan.toml", ENVOY)
    forced = world(folder).with_act(week=4, state="Japan", action="japan_envoy")
    assert (acts(simulate(forced, 9, seed=3), "Japan", "diplomatic")[4] == "japan_envoy").all()


def test_other_states_are_another_world_with_another_hash(folder):
    append(folder / "japan.toml", ENVOY)
    assert world(folder).hash != world().hash


# --- an overlay: only what differs ---------------------------------------------------------------------

EXAMPLE = Path(__file__).parents[2] / "docs" / "own-states"


@pytest.fixture
def overlay(tmp_path) -> Path:
    """An overlay that changes nothing."""
    (tmp_path / "overlay.toml").write_text("", encoding="utf-8")
    return tmp_path


def test_an_overlay_that_changes_nothing_is_the_shipped_world(overlay):
    assert load_cast(overlay).states == load_cast().states
    assert world(overlay).hash == world().hash


def test_an_overlay_changes_one_value_and_keeps_all_others(overlay):
    append(overlay / "overlay.toml", "")
    (overlay / "tokyo.toml").write_text('code = "Japan"\n[threat]\nusual = 0.4\n', "utf-8")
    changed, shipped = load_cast(overlay), load_cast()
    assert changed["Japan"].threat.usual == 0.4
    assert changed["Japan"].threat.terms == shipped["Japan"].threat.terms
    assert [s for s in changed.states if s.code != "Japan"] == [
        s for s in shipped.states if s.code != "Japan"
    ]


def test_an_overlay_leaves_out_states_and_acts(overlay):
    append(overlay / "overlay.toml", 'without = ["Japan"]')
    (overlay / "rok.toml").write_bytes((EXAMPLE / "rok.toml").read_bytes())
    cast = load_cast(overlay)
    assert cast.codes == ("DPRK", "USA", "ROK", "China", "Russia")
    assert load_cast().actions.keys() - cast.actions.keys() >= {"live_fire", "trilateral_drill"}


def test_a_new_state_may_stand_in_a_file_with_the_name_of_a_shipped_one(overlay):
    (overlay / "japan.toml").write_bytes((EXAMPLE / "australia.toml").read_bytes())
    assert load_cast(overlay).codes == (*load_cast().codes, "Australia")


def test_an_overlay_adds_an_act_to_a_shipped_state(overlay):
    (overlay / "japan.toml").write_text('code = "Japan"\n' + ENVOY, "utf-8")
    assert load_cast(overlay).actions.keys() - load_cast().actions.keys() == {"japan_envoy"}


@pytest.mark.parametrize(
    "file, text, cure",
    [
        ("overlay.toml", 'without = ["Japn"]', "line 1: without: no shipped state `Japn`; did you"),
        ("overlay.toml", "\nwithout = 3", "line 2: without: takes a list"),
        ("overlay.toml", "with = []", "line 1: with: is no key of an overlay"),
        ("a.toml", 'code = "ROK"\n[[action]]\nid = "live_fyre"\nremove = true', "line 4: remove"),
        ("a.toml", 'code = "ROK"\n[[action]]\nid = "live_fire"\nremove = 1', "takes true"),
        ("a.toml", 'code = "ROK"\n[threat]\nusual = 2', "line 3: threat.usual"),
        ("a.toml", 'code = "Tonga"\nname = "Tonga"', "role: Field required"),
        ("a.toml", 'code = "ROK', "line 1"),
    ],
)
def test_a_mistake_in_an_overlay_is_told_with_file_and_line(overlay, file, text, cure):
    (overlay / file).write_text(text, "utf-8")
    with pytest.raises(StatesError) as refused:
        load_cast(overlay)
    assert file in str(refused.value) and cure in str(refused.value)


def test_a_file_of_a_state_that_is_left_out_is_refused(overlay):
    append(overlay / "overlay.toml", 'without = ["ROK"]')
    (overlay / "rok.toml").write_bytes((EXAMPLE / "rok.toml").read_bytes())
    with pytest.raises(StatesError, match=r"rok\.toml, line 2: code: ROK is left out"):
        load_cast(overlay)


# --- a seventh state -----------------------------------------------------------------------------------


def test_a_seventh_state_feels_a_threat_by_draws_of_its_own():
    seven, six = simulate(world(EXAMPLE), 60, seed=3), simulate(world(), 60, seed=3)
    felt = seven.weekly["Australia.threat"]
    assert felt.std() > 0.01 and felt.min() >= 0 and felt.max() <= 1
    assert (acts(seven, "Australia", "economic") == "australia_patrol").any()
    # In the first week nobody has noticed it yet: every other state decides as it did.
    for state, channel in six.weekly.cast.channels:
        ours = acts(seven, state, channel)[0]
        theirs = acts(six, state, channel)[0]
        assert (ours == theirs)[theirs != "live_fire"].all()


def test_compiled_and_in_numpy_a_seventh_state_is_the_same(monkeypatch):
    compiled = simulate(world(EXAMPLE), 20, seed=3)
    numpy = EscalationModel(world(EXAMPLE), 20, rng=3)
    for week in range(10):
        numpy.step()
        assert bits(numpy.acts()) == bits(compiled.weekly.acts[:, week])


def test_worlds_with_and_without_a_seventh_state_are_compared_on_the_same_luck():
    pair = compare(world(), world(EXAMPLE), 300, seed=3)
    alone = [simulate(world(states), 300, seed=3) for states in (None, EXAMPLE)]
    for side, own in zip((pair.baseline, pair.policy), alone, strict=True):
        assert side.outcomes.equals(own.outcomes)
    changed = pair.changed("launch_days") / 300
    unpaired = (
        simulate(world(), 300, seed=4).outcomes["launch_days"]
        != pair.baseline.outcomes["launch_days"]
    ).mean()
    assert 0 < changed < unpaired


# --- nonsense ---------------------------------------------------------------------------------------

NONSENSE = {
    "a misspelt coefficient": (
        '"trilateral_drill_base"',
        '"trilateral_dril_base"',
        "did you mean `trilateral_drill_base`",
    ),
    "a misspelt quantity": ('"own_alarm"', '"own_alarms"', "did you mean `own_alarm`"),
    "a misspelt signal": ('"icbm_test"]', '"icbm_tests"]', "did you mean `icbm_test`"),
    "a misspelt push": ("moves = { tension =", "moves = { tensions =", "did you mean `tension`"),
    "a misspelt gate": ('"no_contact"', '"no_contract"', "did you mean `no_contact`"),
    "a family nobody knows": ('"defence"', '"defense"', "'defence'"),
    "a channel it does not hold": (
        'channel = "economic"',
        'channel = "support"',
        "diplomatic, economic, military",
    ),
    "a rung above the ladder": ("rung = 4", "rung = 11", "0, 1, 2"),
    "a missing name": ('name = "Japan"\n', "", "name"),
    "an unknown key": ("order = 4", 'order = 4\ncolour = "red"', "colour"),
    "a term of two": (
        '["the effort", "trilateral_drill_base", "always"]',
        '["the effort", "trilateral_drill_base"]',
        r"\[words, coefficient, quantity\]",
    ),
    "no TOML": ("order = 4", "order = ", "line 4"),
}


@pytest.mark.parametrize("case", NONSENSE)
def test_nonsense_is_refused_with_file_and_cure(folder, case):
    old, new, cure = NONSENSE[case]
    rewrite(folder / "japan.toml", old, new)
    with pytest.raises(StatesError, match=cure) as refused:
        load_cast(folder)
    assert "japan.toml" in str(refused.value)
    with pytest.raises(ScenarioError, match=cure):
        world(folder)


CONTRADICTIONS = {
    "an action called hold": ('id = "japan_outreach"', 'id = "hold"'),
    "an action with the luck of an event": ('id = "japan_outreach"', 'id = "incident"'),
    "an action with somebody's luck of holding still": (
        'id = "japan_outreach"',
        'id = "usa_diplomatic_hold"',
    ),
    "a name of an action in two words": ('id = "japan_outreach"', 'id = "japan outreach"'),
    "two channels with one luck": ('"japan_economic_hold"', '"japan_military_hold"'),
    "a channel without a hold": ('hold = "japan_economic_hold"', ""),
    "a channel without an act": ("\n[threat]", '\n[[channel]]\nid = "support"\n\n[threat]'),
    "a perception with the luck of an event": ('"japan_perception"', '"incident"'),
    "the perception of a neighbour": ('"japan_perception"', '"usa_perception"'),
    "a rule nobody knows": ("order = 4", 'order = 4\nabsorbs = ["nothing"]'),
    "a resource nobody knows": ('"early_warning"]', '"early_warnings"]'),
    "a code with a dot": ('code = "Japan"', 'code = "Ja.pan"'),
    "no code": ('code = "Japan"', 'code = ""'),
    "a coefficient the package has": ("\n[threat]", "PARAMETER trilateral_drill_base 1 0 2"),
    "a coefficient beyond its bounds": ("\n[threat]", "PARAMETER new_one 3 0 2"),
    "a coefficient without a number": ("\n[threat]", "PARAMETER new_one nan 0 2"),
    "a coefficient without bounds": ("\n[threat]", "PARAMETER new_one 1 0 inf"),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_what_cannot_be_played_is_refused_before_it_is_played(folder, case):
    old, new = CONTRADICTIONS[case]
    if new.startswith("PARAMETER"):
        _, name, default, low, high = new.split()
        row = f"name = '{name}'\ndefault = {default}\nlow = {low}\nhigh = {high}\n"
        words = "unit = 'logit'\nsource = 'judgement'\nhelp = 'A number.'\n"
        new = f"\n[[parameter]]\n{row}{words}{old}"
    rewrite(folder / "japan.toml", old, new)
    with pytest.raises(StatesError, match=r"japan\.toml"):
        load_cast(folder)


def test_every_problem_of_every_file_is_told_at_once(folder):
    rewrite(folder / "japan.toml", '"trilateral_drill_base"', '"trilateral_dril_base"')
    rewrite(folder / "rok.toml", '"rok_condemn_base"', '"rok_condem_base"')
    with pytest.raises(StatesError, match="trilateral_dril_base") as refused:
        load_cast(folder)
    assert "rok_condem_base" in str(refused.value)


def test_a_world_has_one_challenger_and_one_leading_ally(folder):
    (folder / "dprk.toml").unlink()
    with pytest.raises(StatesError, match="exactly one state is the challenger; here are 0"):
        load_cast(folder)
    with pytest.raises(StatesError, match="no such folder"):
        load_cast(folder / "nowhere")


# --- nobody knows a neighbour's mind of this very week ----------------------------------------------


def test_a_repertoire_cannot_weigh_what_is_a_neighbours():
    """What may be weighed are the world's quantities, the levers, and one's own rows by `own_`:
    no role (they are the players' own rows under a second name), and no row of another state."""
    assert not TERM_QUANTITIES.keys() & {role.name for role in ROLES}
    assert not TERM_QUANTITIES.keys() & {quantity.name for quantity in PER_STATE}
    named = [
        name for name in (*TERM_QUANTITIES, *SETTINGS) if "." in name or name.startswith("own_")
    ]
    assert not named
    for state in load_cast().states:
        own = {f"own_{a.id}" for a in state.appraisal}
        own |= {f"own_{quantity.name}" for quantity in PER_STATE} if state.threat else set()
        weighed = {term.quantity for term in terms_of(state)}
        assert weighed <= TERM_QUANTITIES.keys() | SETTINGS.keys() | own


@pytest.mark.parametrize(
    "row",
    [role.name for role in ROLES]
    + ["USA.threat", "Japan.threat", "threat", "own_talks_appeal", "did_USA_diplomatic_us_condemn"]
    + ["push_tension", "draw_incident"],
)
def test_a_file_that_weighs_a_neighbours_row_is_refused(folder, row):
    rewrite(folder / "japan.toml", '"own_alarm"', f'"{row}"')
    with pytest.raises(StatesError, match=f"no quantity `{re.escape(row)}`"):
        load_cast(folder)


@pytest.mark.parametrize("code", load_cast().codes)
def test_nobody_chooses_by_a_neighbours_mind_of_this_week(code):
    """What the others felt this week is made unreadable before anybody chooses: a state that
    peeped would choose by it, or not at all."""
    clear, fogged = (EscalationModel(world(), 200, rng=3) for _ in range(2))
    for _ in range(12):
        clear.step()
        fogged.step()
    minds = tuple(f"{other}." for other in clear.cast.codes if other != code)
    fog = {n: np.nan for n in clear.board.row if n.startswith((*minds, "allied_threat"))}
    assert len(fog) > 15
    look = fogged.states[0].perceive

    def look_and_fog(felt):
        look(felt)
        fogged.board.write(fog)

    fogged.states = (*fogged.states[1:], fogged.states[0])  # it looks last
    fogged.states[-1].perceive = look_and_fog
    clear.deliberate()
    fogged.deliberate()
    decisions = [n for n, (state, _) in enumerate(clear.cast.channels) if state == code]
    assert bits(clear.acts()[decisions]) == bits(fogged.acts()[decisions])


# --- nothing is written for nothing -------------------------------------------------------------------


def terms_of(state):
    """Every term a state weighs."""
    for action in state.action:
        yield from action.utility
    for appraisal in state.appraisal:
        yield from appraisal.terms
    yield from state.threat.terms if state.threat else ()


def attributes_of(module, name: str) -> set[str]:
    """What a module reads of a thing called `name`, or of its own: `p.tension_floor` and
    `self._p.tension_floor` read tension_floor."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in (name, f"self._{name}")
    }


def coefficients_of_repertoires() -> set[str]:
    found = set()
    for state in load_cast().states:
        found |= {term.coefficient for term in terms_of(state)}
        found |= {weight for action in state.action for weight in action.moves.values()}
        found |= {weight for weight, _ in state.threat.shocks} if state.threat else set()
    return found


def test_every_coefficient_is_used_and_every_used_one_exists():
    readers = (equations, agents, choice, model)
    in_rules = set().union(*(attributes_of(module, "p") for module in readers))
    memories = {memory.fades for memory in MEMORIES if memory.fades}
    assert in_rules | memories | coefficients_of_repertoires() == PARAMETERS.keys()


def test_every_lever_stands_in_a_rule_or_a_repertoire():
    weighed = {term.quantity for state in load_cast().states for term in terms_of(state)}
    assert SETTINGS.keys() <= attributes_of(equations, "b") | weighed


def test_every_lever_moves_something():
    """Twenty runs at either end of it, of a world in which much happens."""
    busy = world(weeks=80, circumstances={"winter_lull": 0.5, "expert_panel": 0.5})
    busy = busy.with_levers(
        programme_drive=2.5,
        us_threats=0.6,
        china_fuel_cut=0.3,
        engagement=1,
        negotiating_demand=0.5,
        alliance_credibility=0.4,
    )
    sides = [
        busy.with_levers(**{name: end})
        for name, lever in SETTINGS.items()
        for end in (lever.low, lever.high)
    ]
    low_and_high = (simulate(side, 20, seed=1) for side in sides)
    for name, low, high in zip(SETTINGS, low_and_high, low_and_high, strict=True):
        assert bits(low.weekly.table) != bits(high.weekly.table), f"{name} moves nothing"
