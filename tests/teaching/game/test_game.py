"""Games: a game is a scenario, the model plays the others, and a state sees what it can know."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenario_sim import Scenario, load_scenario, replay, simulate
from scenario_sim.data.enums import Channel
from scenario_sim.data.parameters import SETTINGS
from scenario_sim.data.states import HOLD, load_cast
from scenario_sim.data.variables import TERM_QUANTITIES
from scenario_sim.errors import ScenarioError, ScenarioFileError
from scenario_sim.reporting.narrative import explain_choice, narrate_run
from scenario_sim.scenario.files import dump_scenario, read_scenario
from scenario_sim.simulation.outcomes import OUTCOMES_BY_NAME
from scenario_sim.simulation.single_run import SingleRun, simulate_run
from scenario_sim.simulation.what_if import first_differing_week
from scenario_sim.teaching.game import (
    Game,
    begin_game,
    choose,
    debrief,
    let_model_decide,
    list_choices,
    observe,
    undo,
)
from scenario_sim.teaching.game.debrief import Placement, find_departures
from scenario_sim.teaching.game.messages import PLACES
from scenario_sim.teaching.game.observation import QUANTITY_SHOWN_FOR

QUO = load_scenario("status-quo").with_weeks(30)
FORCED = load_scenario("fire-and-fury-2017").with_weeks(40)
RECORD = Scenario.model_validate(
    FORCED.with_weeks(24).as_dict() | {"replay": ("DPRK", "USA"), "replay_until": "2017-05-01"}
)
ALL = load_cast().codes


def as_in(model: SingleRun, game: Game) -> dict:
    """Return the acts of a run in this week, in every channel where there is a choice."""
    cast, acts = game.alone.cast, model.recording.acts[:, game.week, 0]
    ids, codes = (HOLD, *cast.actions), dict(zip(cast.channels, acts, strict=True))
    open_ = [c.decision for c in list_choices(game) if not c.settled]
    return {decision: ids[codes[decision]] for decision in open_ if codes[decision] >= 0}


def some_picks(game: Game, draw) -> dict:
    """Draw possible choices: in each channel one of the options, or none."""
    return {
        choice.decision: action
        for choice in list_choices(game)
        if not choice.settled
        and (action := draw(st.sampled_from(["", *(o.action for o in choice.options)])))
    }


def same_world(one, other) -> bool:
    return (
        one.recording.table.tobytes() == other.recording.table.tobytes()
        and one.recording.acts.tobytes() == other.recording.acts.tobytes()
    )


# --- a game is a world ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "states"),
    [(QUO, ALL), (FORCED, ("USA", "ROK")), (RECORD, ("ROK", "Japan", "Russia"))],
    ids=["all six", "beside forced acts", "beside the record"],
)
def test_a_player_who_always_picks_what_the_model_picks_lives_the_models_world(scenario, states):
    game = begin_game(scenario, states, seed=0, run=3)
    model = simulate_run(scenario, 0, 3)
    assert game.alone.hash == scenario.hash
    while not game.over:
        game = choose(game, as_in(model, game))
    assert len(game.chosen) > 2 * scenario.weeks, "hardly anything was chosen"
    assert same_world(game.whole, model)


def test_a_game_left_to_the_model_is_the_scenario_itself():
    game = let_model_decide(begin_game(QUO, ["Japan"], run=5), QUO.weeks)
    assert game.over and same_world(game.whole, simulate_run(QUO, 0, 5))
    assert game.scenario.hash == QUO.hash
    chosen = choose(begin_game(QUO, ["Japan"]), {("Japan", "military"): "trilateral_drill"})
    assert chosen.scenario.hash != QUO.hash and chosen.alone.hash == QUO.hash


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_a_game_saved_and_run_again_is_the_same_world(data):
    state, run = data.draw(st.sampled_from(ALL)), data.draw(st.integers(0, 5))
    game = begin_game(QUO, [state], seed=2, run=run)
    for _ in range(4):
        if not game.over:  # a confrontation may end it
            game = choose(game, some_picks(game, data.draw))
        if not game.over:
            game = let_model_decide(game, data.draw(st.integers(1, 3)))
    again = Game(read_scenario(dump_scenario(game.scenario)))
    assert again == game and again.week == game.week
    assert same_world(again.whole, game.whole)
    alone = replay(again.scenario, seed=2, run=run)
    assert alone.weekly.table.tobytes() == game.whole.recording.table.tobytes()
    for (week, code, channel), action in game.chosen.items():
        place = QUO.cast.channels.index((code, channel))
        done = game.whole.recording.acts[place, week, 0]
        ids = (HOLD, *QUO.cast.actions)
        assert ids[done] == action or (channel == Channel.VOTE and done < 0)


def test_the_week_to_decide_is_the_same_seen_from_it_as_from_the_end():
    game = let_model_decide(begin_game(QUO, ["USA"], run=1), 12)
    until, whole = game.now, game.whole
    assert until.scenario.weeks == 13
    assert until.recording.table.tobytes() == whole.recording.table[:, :13].tobytes()


def test_a_state_that_is_played_follows_neither_record_nor_forced_acts():
    assert begin_game(RECORD, ["dprk"]).scenario.replay == ("USA",)
    assert begin_game(RECORD, ["dprk", "usa"]).scenario.replay_until is None
    assert "DPRK" in {act.state for act in FORCED.acts}
    assert "DPRK" not in {act.state for act in begin_game(FORCED, ["DPRK"]).scenario.acts}
    assert begin_game(FORCED, ["ROK"]).scenario.acts == FORCED.acts


def test_a_world_whose_record_ends_later_can_be_played_week_by_week():
    game = let_model_decide(begin_game(RECORD, ["Japan"], run=1), 6)
    until = game.now.recording.table
    assert until.tobytes() == game.whole.recording.table[:, :7].tobytes()


# --- undo -------------------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_undo_gives_the_same_choices_again(data):
    game = begin_game(QUO, [data.draw(st.sampled_from(ALL))], run=3)
    seen = []
    while not game.over and game.week < 6:  # a confrontation may end it
        seen.append((game, list_choices(game), observe(game, game.states[0])))
        game = choose(game, some_picks(game, data.draw))
    week = data.draw(st.integers(0, game.week - 1))
    back = undo(game, week)
    assert (back, list_choices(back), observe(back, back.states[0])) == seen[week]
    assert undo(game) == seen[-1][0]


def test_there_is_nothing_to_undo_before_the_first_week_nor_ahead():
    game = begin_game(QUO, ["ROK"])
    with pytest.raises(ScenarioError, match="nothing is decided yet"):
        undo(game)
    with pytest.raises(ScenarioError, match="takes a week from 0 to 2, not 3"):
        undo(let_model_decide(game, 3), 3)


# --- what a state can know --------------------------------------------------------------------------


def named_in(code: str) -> set[str]:
    """Every quantity that a state's own file names, as the file spells it."""
    folder = files("scenario_sim.data.states")
    tables = [tomllib.loads(p.read_text()) for p in folder.iterdir() if p.name.endswith(".toml")]
    own = next(t for t in tables if t.get("code") == code)
    sums = [own.get("threat", {}).get("terms", [])]
    sums += [a["terms"] for a in own.get("appraisal", [])] + [a["utility"] for a in own["action"]]
    gates = {a["only_if"] for a in own["action"] if "only_if" in a}
    return {term[2] for terms in sums for term in terms} | gates | set(own.get("resources", []))


@pytest.mark.parametrize("code", ALL)
def test_a_state_is_shown_no_quantity_that_its_own_file_does_not_name(code):
    seen = observe(let_model_decide(begin_game(QUO, [code], run=3), 15), code)
    named = named_in(code)
    known = {QUANTITY_SHOWN_FOR.get(name, name) for name in named} | {
        f"{code}.threat",
        f"{code}.shock",
    }
    shown = {one.quantity for one in (*seen.feels, *seen.stands, *seen.policies)}
    assert shown and shown <= known
    others = {f"{other}.{row}" for other in ALL if other != code for row in ("threat", "shock")}
    assert not shown & others


@pytest.mark.parametrize("code", ALL)
def test_a_state_is_not_shown_what_it_cannot_know(code):
    """Others' acts of this week, their perceptions and later decisions change no observation."""
    game = let_model_decide(begin_game(QUO, [code], run=3), 15)
    before = observe(game, code), list_choices(game)

    def seen_with(scenario):
        return observe(Game(scenario), code), list_choices(Game(scenario))

    for other in ALL:
        if other == code:
            continue
        for channel, actions in QUO.cast[other].choices():
            for action in actions:
                act = {"week": 15, "state": other, "action": action.id, "channel": channel.id}
                told = "tables_draft" in action.signals  # a draft that is forced can be voted on
                if not told:
                    assert seen_with(game.scenario.with_act(**act)) == before
    later = game.scenario.with_change(week=16, us_threats=1.0, engagement=0.0, hotline=0.0)
    assert later.hash != game.scenario.hash and seen_with(later) == before
    other = "Japan" if code != "Japan" else "USA"
    hidden = [{"condition": "threat_perception", "state": other, "amount": 0.3}]
    if code != "DPRK":  # its own arsenal it does know
        hidden += [
            {"condition": name, "amount": 1} for name in ("nuclear_articles", "regional_articles")
        ]
    for shock in hidden:
        shocks = [{"date": game.date, **shock}]
        shaken = Scenario.model_validate(game.scenario.as_dict() | {"shocks": shocks})
        assert seen_with(shaken) == before


def test_what_is_public_or_ones_own_does_move_it():
    game = let_model_decide(begin_game(QUO, ["DPRK"], run=3), 15)
    before = observe(game, "DPRK")
    shock = {"date": game.date, "condition": "war_chest", "amount": 400.0}
    richer = Scenario.model_validate(game.scenario.as_dict() | {"shocks": [shock]})
    assert observe(Game(richer), "DPRK") != before
    loud = game.scenario.with_act(week=14, state="USA", action="ultimatum")
    assert "The United States issues an ultimatum." in observe(Game(loud), "DPRK").news
    assert "The United States issues an ultimatum." not in before.news


def test_support_is_given_quietly():
    game = let_model_decide(begin_game(QUO, ["Japan"], run=3), 15)
    given_ = game.scenario.with_act(week=14, state="China", action="china_raise_support")
    line = "China quietly raises its support."
    assert line not in observe(Game(given_), "Japan").news
    receiver = Game(
        given_.model_copy(update={"game": let_model_decide(begin_game(QUO, ["DPRK"]), 15).table})
    )
    assert line in observe(receiver, "DPRK").news


def test_all_that_a_state_looks_at_has_words():
    for code in ALL:
        seen = observe(begin_game(QUO, [code]), code)
        for one in (*seen.feels, *seen.stands, *seen.policies):
            assert one.words and one.said and "_" not in one.words
    assert (
        set(QUANTITY_SHOWN_FOR.values()) - {"own_threat"}
        <= TERM_QUANTITIES.keys() | SETTINGS.keys()
    )


# --- what can be chosen -----------------------------------------------------------------------------


def test_only_what_is_possible_is_offered_and_everything_else_is_refused_at_once():
    game = begin_game(QUO, ["USA", "China"], run=3)
    march = {choice.decision: choice for choice in list_choices(let_model_decide(game, 26))}
    assert "joint_exercise" in {option.action for option in march["USA", "exercise"].options}
    offered = {choice.decision: choice for choice in list_choices(game)}
    assert offered["USA", "exercise"].settled and offered["China", "vote"].settled
    assert "table_draft" not in {o.action for o in offered["USA", "economic"].options}
    picks = {
        ("USA", "economic"): "table_draft",
        ("USA", "military"): "ultimatmu",
        ("China", "vote"): "china_veto",
        ("ROK", "military"): "live_fire",
    }
    with pytest.raises(ScenarioError) as refused:
        choose(game, picks)
    told = "\n".join(str(problem) for problem in refused.value.problems)
    assert len(refused.value.problems) == 4
    assert "did you mean `ultimatum`" in told and "no draft can come" in told
    assert "ROK.military: is no channel that is played" in told


def test_a_draft_can_be_voted_on_once_a_test_may_be_tabled():
    shaken = QUO.with_act(week=3, state="DPRK", action="nuclear_test")
    game = let_model_decide(begin_game(shaken, ["Russia"]), 4)
    vote = next(c for c in list_choices(game) if c.channel == Channel.VOTE)
    assert not vote.settled and {o.action for o in vote.options} == {
        *("russia_yes", "russia_abstain", "russia_veto")
    }


def test_the_reasons_of_a_choice_are_the_terms_of_its_utility():
    game = let_model_decide(begin_game(QUO, ["DPRK"], run=3), 15)
    chances = game.now.decisions.chances(15, "DPRK", "provocation")
    for option in list_choices(game)[0].options:
        odds = np.log(chances[option.action] / chances[HOLD])
        assert sum(reason.weight for reason in option.reasons) == pytest.approx(odds)
        assert all(reason.weight > 0 for reason in option.pros)
        assert all(reason.weight < 0 for reason in option.cons)


def test_after_the_last_week_nothing_can_be_chosen():
    game = let_model_decide(begin_game(QUO, ["ROK"]), 1000)
    assert game.over and game.week == QUO.weeks and list_choices(game) == ()
    for verb in (lambda: choose(game, {}), lambda: let_model_decide(game)):
        with pytest.raises(ScenarioError, match="all 30 weeks are decided"):
            verb()


# --- the file ---------------------------------------------------------------------------------------


def test_a_file_says_everything_that_is_wrong_with_its_game():
    text = dump_scenario(begin_game(QUO, ["ROK"]).scenario)
    broken = text.replace('"ROK"', '"ROC",\n    "USA",\n    "USA"') + "weeks = 31\nseed = -1\n"
    with pytest.raises(ScenarioFileError) as refused:
        read_scenario(broken)
    told = str(refused.value)
    for part in ("game.seed", "game.states[0]: there is no state", "USA stands twice", "line "):
        assert part in told
    with pytest.raises(ScenarioFileError, match="takes at most 30"):
        read_scenario(text + "weeks = 31\n")
    with pytest.raises(ScenarioFileError, match="is empty; name a state"):
        read_scenario(text.replace('[\n    "ROK",\n]', "[]"))
    early = '\n[[acts]]\ndate = 2026-10-12\nstate = "ROK"\naction = "live_fire"\n'
    with pytest.raises(ScenarioFileError, match="2026-10-12 is not decided yet"):
        read_scenario(text + "weeks = 2\n" + early)
    with pytest.raises(ScenarioFileError, match="replayed from the record"):
        read_scenario(dump_scenario(RECORD) + '\n[game]\nstates = ["DPRK"]\n')


def test_states_that_cannot_be_played_are_named_and_a_scenario_without_a_game_is_no_game():
    with pytest.raises(ScenarioError, match="did you mean `ROK`"):
        begin_game(QUO, ["rokk"])
    with pytest.raises(ScenarioError, match="name the states to play"):
        begin_game(QUO, [])
    with pytest.raises(ScenarioError, match="holds no game"):
        Game(QUO)


def test_a_shorter_game_keeps_what_fits_and_a_scenario_built_on_a_game_is_none(tmp_path):
    game = let_model_decide(
        choose(begin_game(QUO, ["ROK"]), {("ROK", "military"): "live_fire"}), 20
    )
    short = Game(game.scenario.with_weeks(10))
    assert short.over and short.chosen == game.chosen
    (tmp_path / "game.toml").write_text(dump_scenario(game.scenario))
    child = tmp_path / "child.toml"
    child.write_text('extends = "game.toml"\ntitle = "Built on it"\n')
    assert load_scenario(child).game is None


# --- the debrief ------------------------------------------------------------------------------------


RUN_OF_FIERCE = 5  # a tense one: with live fire its tension is higher than in nine of ten runs


@pytest.fixture(scope="module")
def fierce():
    """South Korea answers everything with live fire for half a year."""
    game = begin_game(QUO, ["ROK"], run=RUN_OF_FIERCE)
    for _ in range(20):
        game = choose(game, {("ROK", "military"): "live_fire", ("ROK", "diplomatic"): HOLD})
    return game


@pytest.fixture(scope="module")
def fierce_debrief(fierce):
    return debrief(fierce, runs=200)


def test_a_debrief_places_the_path_among_the_models_futures(fierce, fierce_debrief):
    futures = simulate(fierce.alone, 200)
    assert [place.outcome for place in fierce_debrief.places] == list(PLACES)
    assert PLACES.keys() <= OUTCOMES_BY_NAME.keys()
    for place in fierce_debrief.places:
        values = futures.outcomes[place.outcome].to_numpy()
        assert place.value == fierce.whole.outcomes[place.outcome]
        assert place.model == simulate_run(QUO, 0, RUN_OF_FIERCE).outcomes[place.outcome]
        assert (place.below, place.same) == (
            (values < place.value).sum(),
            (values == place.value).sum(),
        )
    tension = fierce_debrief.places[0]
    assert tension.percentile > 90 and tension.value > tension.model
    assert fierce_debrief.path.tolist() == fierce.whole.recording["tension"][:, 0].tolist()


def test_a_departure_is_a_choice_that_was_not_the_likeliest(fierce, fierce_debrief):
    found, chances = find_departures(fierce)
    assert len(chances) == len(fierce.chosen) == 40
    weeks = {(d.week, d.channel) for d in found}
    assert {week for week, channel in weeks if channel == "military"} == set(range(20))
    for one in found:
        odds = fierce.whole.decisions.chances(one.week, one.state, one.channel)
        assert one.chosen == fierce.chosen[one.week, one.state, one.channel]
        assert (
            odds[one.chosen] == one.chance < one.most == max(odds.values()) == odds[one.likeliest]
        )
    assert str(len(fierce.chosen)) in fierce_debrief.story[0]
    same = len(fierce.chosen) - len(found)
    assert f"would have made {same} of them" in fierce_debrief.story[0]


def test_a_turning_point_is_the_game_with_the_likeliest_in_its_place(fierce, fierce_debrief):
    points = fierce_debrief.turning_points
    assert 2 <= len(points) <= 5
    assert [abs(p.tension) for p in points] == sorted(
        (abs(p.tension) for p in points), reverse=True
    )
    one = points[0]
    other = fierce.scenario.with_act(
        week=one.departure.week,
        state="ROK",
        action=one.departure.likeliest,
        channel=one.departure.channel,
    )
    assert same_world(one.parting.after, simulate_run(other, 0, RUN_OF_FIERCE))
    assert (
        first_differing_week(one.parting.before.recording, one.parting.after.recording)
        == one.departure.week
    )
    before, after = (w.outcomes["mean_tension"] for w in (fierce.whole, one.parting.after))
    assert one.tension == pytest.approx(after - before) and one.tension < 0
    made, came, parts = one.sentences
    assert "live fire near the border" in made and f"{abs(one.tension):.2f} rungs lower" in came
    assert (
        str(one.parting.week is not None and one.departure.week)
        and "first differ in the week of" in parts
    )


def test_no_fact_of_the_five_minute_crisis_is_told_by_its_freshness():
    seen = observe(begin_game(load_scenario("spring-2013"), ["DPRK"]), "DPRK")
    words = [one.words for one in seen.weighty]
    assert "How much the last breakdown of talks still weighs" in words
    assert not [one for one in words if "fresh" in one]


def test_the_debrief_names_a_state_as_a_sentence_does():
    left = debrief(let_model_decide(begin_game(QUO, ["USA"], run=3), 30), runs=20)
    assert left.story[0].startswith("You left every choice of the United States to the model")


@pytest.mark.parametrize(
    ("outcome", "value", "said"),
    [
        ("confrontation_risk", 0.3798, "380 in 1,000"),
        ("confrontation_risk", 0.00092, "0.9 in 1,000"),
        ("reach", 0.0031, "0.3 %"),
        ("reach", 0.31, "31 %"),
    ],
)
def test_a_value_of_the_debrief_is_no_more_exact_than_it_can_be(outcome, value, said):
    place = Placement(outcome, value, value, value, runs=1000, below=0, same=0)
    assert place.said(value) == said


def test_a_game_in_which_nothing_was_chosen_says_so():
    found = debrief(let_model_decide(begin_game(QUO, ["ROK"], run=3), 30), runs=20)
    assert "left every choice" in found.story[0]
    assert not found.departures and not found.turning_points and found.parting.week is None


def test_an_act_that_was_not_possible_may_stand_in_a_file_and_surprises_most():
    text = dump_scenario(let_model_decide(begin_game(QUO, ["ROK"], run=3), 3).scenario)
    act = '\n[[acts]]\ndate = 2026-09-14\nstate = "ROK"\naction = "retaliate"\n'
    found = debrief(Game(read_scenario(text + act)), runs=20)
    assert found.departures[0].chance == 0 and found.departures[0].surprise == np.inf
    assert "the model gave under 0.1 %" in found.turning_points[0].sentences[0]


def test_a_second_player_meets_what_the_first_one_chose(fierce):
    second = begin_game(fierce.scenario, ["DPRK"], run=3)
    kept = [act for act in second.scenario.acts if act.state == "ROK"]
    assert len(kept) == 40 and second.states == ("DPRK",) and not second.chosen


def test_the_story_tells_choices_as_choices_and_holding_still_as_nothing(fierce):
    entries = narrate_run(fierce.whole, everything=True).entries
    assert not [entry for entry in entries if entry.action == "held_back"]
    act = fierce.whole.act(5, "ROK", "live_fire")
    assert "a person chose it" in explain_choice(fierce.whole, act).sentence
