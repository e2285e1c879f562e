"""A game in the terminal: answered through a pipe, kept in a file, gone on with."""

from __future__ import annotations

import pytest

from scenario_sim import load_scenario
from scenario_sim.data.states import HOLD
from scenario_sim.simulation.single_run import simulate_run
from scenario_sim.teaching.game import Game, begin_game, choose, let_model_decide

SHORT = ("--weeks", "12", "--run", "3", "--runs", "40")


@pytest.fixture
def played(ask, tmp_path):
    """Plays South Korea with these answers; gives what was said, and the game that was kept."""
    path = tmp_path / "game.toml"

    def answered(*answers: str, options=(*SHORT, "--as", "rok"), file="status-quo"):
        text = "\n".join(answers) + "\n"
        answer = ask("play", file, *options, "--save", path, stdin=text.encode())
        assert answer.code == 0, answer.err
        assert "Traceback" not in answer.err
        return answer, Game(load_scenario(path))

    answered.path = path
    return answered


def test_answers_by_number_and_by_name_make_the_game_that_python_makes(played):
    answer, kept = played("1", "", "rok_offer_talks", "", "model 4", "0", "0", "2", "0", "quit")
    game = begin_game(load_scenario("status-quo").with_weeks(12), ["ROK"], run=3)
    game = choose(
        game, {("ROK", "military"): "live_fire", ("ROK", "diplomatic"): "rok_offer_talks"}
    )
    last = {"military": HOLD, "economic": HOLD, "diplomatic": "rok_condemn", "grey_zone": HOLD}
    game = choose(
        let_model_decide(game, 4), {("ROK", channel): act for channel, act in last.items()}
    )
    assert kept == game
    assert "Week 7 of 12" in answer.out and "Illustrative model, not a forecast" in answer.out
    assert "South Korea fires live rounds" in answer.out, "its own act is not in the news"
    assert "scenario-sim play" in answer.err


def test_the_kept_file_runs_as_any_scenario_and_is_the_same_world(played, ask):
    _, kept = played("1", "", "", "", "finish", "quit")
    told = ask("replay", played.path, "--run", 3, "--everything").out
    assert "South Korea fires live rounds" in told
    days = int(kept.whole.outcomes["launch_days"])
    assert f"{days or 'no'} launch day" in " ".join(told.split())
    assert ask("check", played.path).code == 0
    head = played.path.read_text().splitlines()
    assert (
        "not a forecast" in head[0] and "scenario-sim replay game.toml --run 3 --seed 0" in head[1]
    )


def test_bad_answers_are_told_what_would_do_and_asked_again(played):
    answer, kept = played(
        *("9", "live_fier", "-1", "undo", "model 0", "undo 4", "help", "1", "", "", "", "quit")
    )
    assert "'9' is neither a number from 0 to 2 nor a command" in answer.out
    assert "did you mean `live_fire`" in answer.out
    assert "'-1' is neither" in answer.out
    assert answer.out.count("nothing is decided yet") == 2
    assert "takes a whole number from 1 on, not 0" in answer.out
    assert "`quit` keeps the game" in answer.out
    assert kept.chosen == {(0, "ROK", "military"): "live_fire"}


def test_undo_goes_back_and_the_end_of_the_input_keeps_the_game(played):
    answer, kept = played("1", "1", "1", "1", "2", "2", "2", "2", "undo 2", "0")
    assert kept.week == 1 and {week for week, *_ in kept.chosen} == {0}
    assert answer.out.count("Week 2 of 12") == 2


def test_a_game_that_was_kept_goes_on_and_ends_with_a_debrief(played, ask):
    played("1", "", "", "", "quit")
    answer, kept = played(
        "1", "", "", "", "finish", "bla", "undo 13", "quit", options=(), file=played.path
    )
    assert kept.over and len(kept.chosen) == 2
    assert "Debrief" in answer.out and "You made 2 choices as South Korea" in answer.out
    assert "percentile" in answer.out and "to which the model gave" in answer.out
    assert "the game is over" in answer.out and "takes a week from 1 to 12" in answer.out
    _, back = played("undo 3", "quit", options=(), file=played.path)
    assert back.week == 2 and back.chosen == kept.chosen


def test_look_shows_weights_and_never_moves_on(played):
    answer, kept = played("look", "quit")
    assert kept.week == 0 and "the risk -3.80" in answer.out


def test_several_states_are_played_at_one_table(played):
    options = (*SHORT, "--as", "rok", "--as", "USA")
    answer, kept = played("hold", "live_fire", "quit", options=options)
    assert kept.states == ("USA", "ROK")
    assert "You are the United States and South Korea" in answer.out


def test_what_cannot_be_played_is_said_before_the_first_question(
    refused, ask, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert "--as: is missing" in refused("play", "status-quo")
    assert "did you mean `ROK`" in refused("play", "status-quo", "--as", "rokk")
    assert "--run: takes a whole number" in refused(
        "play", "status-quo", "--as", "rok", "--run", -1
    )
    assert "end with .toml" in refused("play", "status-quo", "--as", "rok", "--save", "game.txt")
    assert "no folder" in refused("play", "status-quo", "--as", "rok", "--save", "not/there.toml")
    ask("play", "status-quo", "--as", "rok", stdin=b"quit\n")
    assert (tmp_path / "status-quo-ROK.toml").exists()
    again = refused("play", "status-quo", "--as", "rok")
    assert "go on with it: scenario-sim play status-quo-ROK.toml" in again
    assert "--seed: this game has its own" in refused("play", "status-quo-ROK.toml", "--seed", 2)


def test_the_default_game_is_the_world_of_seed_0_and_run_0(played):
    _, kept = played("finish", "quit", options=("--as", "japan", "--weeks", "12", "--runs", "20"))
    world = simulate_run(load_scenario("status-quo").with_weeks(12), 0, 0)
    assert kept.whole.recording.table.tobytes() == world.recording.table.tobytes()
