"""Texts of runs: what an act was, how two worlds differ, and which runs are worth a look."""

from scenario_sim.language import Plural, translate_constants

# --- what flies, by the code of its design in the conditions `..._design` ---
REGIONAL_TESTS = (
    "tests a liquid-fuel missile of regional range",
    "tests a solid-fuel missile of regional range",
    "tests a submarine-launched missile of regional range",
    "tests a hypersonic glider of regional range",
)
REGIONAL_FIRSTS = (
    "tests a new liquid-fuel missile for the first time",
    "tests a new solid-fuel missile for the first time",
    "tests a new submarine-launched missile for the first time",
    "tests a new hypersonic glider for the first time",
)
ICBM_TESTS = (
    "tests a liquid-fuel ICBM",
    "tests a solid-fuel ICBM",
    "tests a larger ICBM",
    "tests an ICBM",  # where the newest design is a launcher, an older ICBM flies
)
ICBM_FIRSTS = (
    "tests a new liquid-fuel ICBM for the first time",
    "tests a new solid-fuel ICBM for the first time",
    "tests a new larger ICBM for the first time",
    "tests an ICBM",
)
SATELLITE_WORDS = ("launches a satellite", "launches a satellite with a new launcher")
RECORDED_TESTS = {  # by the record's kinds, which tell the range and no more
    "missile_mrbm": "tests a medium-range missile",
    "missile_irbm": "tests an intermediate-range missile",
    "missile_slbm": "tests a submarine-launched missile",
    "missile_icbm": "tests an ICBM",
}
SATELLITE_NAME, ICBM_NAME = "satellite launch", "ICBM test"

# --- two worlds on the same draws ---
FIRST_WORLD, SECOND_WORLD = "the first world", "the second"
NOTHING_CHANGES = "Nothing changes: both worlds are the same to the last bit."
ENDS_IN_BOTH, ENDS_IN_EACH = (
    "at {one} in both",
    "at {one} in {first} and at {other} in {second}",
)
DIFFERS = (
    "The two first differ in the week of {day}. From then on, {lost} in {second}, and {gained} only "
    "there; tension ends {ends}."
)
LOST_NONE = "every act of {first} happens"
LOST = Plural("1 act of {first} no longer happens", "{n} acts of {first} no longer happen")
GAINED_NONE = "none happens"
GAINED = Plural("1 act happens", "{n} acts happen")
EFFECT, EFFECT_INSTEAD = (
    "Without the {act} of {day}, tension in the week of {week} is lower in {lower} of {pairs:,} futures, "
    "higher in {higher} and about the same in {same}. The mean difference is {by} rungs (95 % interval "
    "{low} to {high}).",
    "Without the {act} of {day}, with {other} instead, tension in the week of {week} is lower in {lower} "
    "of {pairs:,} futures, higher in {higher} and about the same in {same}. The mean difference is {by} "
    "rungs (95 % interval {low} to {high}).",
)

# --- runs worth showing ---
TYPICAL = (
    "Near the middle in every respect: {days:.0f} launch days, {talks:.0f} weeks of talks, mean "
    "tension {tension:.1f}."
)
NEAR_MISS = (
    "The week of {day} is the most dangerous of all that passed without a confrontation, at tension "
    "{tension:.1f}."
)
FALSE_ALARM = "In the week of {day} a false alarm is taken for an attack: a confrontation is drawn."
NO_FALSE_ALARM = "In the week of {day} a false alarm is likelier to be acted on than ever; none is."

translate_constants(__name__)
