"""Every text of the report of a study but the captions of its figures, ready to be translated."""

from scenario_sim.language import Plural, translate_constants

# --- numbers of things ---
CELLS = Plural("{n:,} cell", "{n:,} cells")
RUNS = Plural("{n:,} run", "{n:,} runs")
SEEDS = Plural("seed {seeds}", "seeds {seeds}")
AND_MORE = "{names} and {n} more"
IN_BRACKETS = "({words})"
WITH_DETAIL = "{name} ({detail})"
FROM_TO = "from {low} to {high}"
FROM_TO_HOW = "from {low} to {high} ({distribution})"

# --- the page ---
SIZE = "{cells} · {runs} · engine {engine}"
FIGURES = "Figures"
NO_FIGURES = "This study holds nothing that could be drawn yet."
FIGURE = "Figure {number}. {title}. {caption}"
NUMBERS = "Numbers"
FIRST_ROWS = "The first {n} of {all:,} rows."
CELLS_HEADING = "Cells"
CELLS_COLUMNS = ("Cell", "Runs", "Ratio", "Mean", "Error")
CELLS_NOTE = (
    "{outcome}: ratio to the first cell's mean, mean over runs, and its Monte-Carlo error. Every digit "
    "is in the study's data."
)
FIRST_CELLS = "The first {n} of {all:,} cells."
METHODS = "Methods"
ENGINE, SEED, ALL_RUNS, ALL_CELLS, BLOCK = "Engine", "Seed", "Runs", "Cells", "Block"
TO_CITE = "To cite"
FAILED = "Cells that failed"
FAILED_COLUMNS = ("Cell", "Error")
HASH = "Hash"
AS_IN_FIRST = "As in the first cell; the others set what was varied."

# --- cells ---
CELL_NUMBER = "cell {number}"
CELL_SEED = "{title} (seed {seed})"

# --- methods: size and limits ---
SIMULATED = (
    "We simulated {cells} with {runs} in all, of {weeks} weeks each, with scenario-sim {version} (engine "
    "{engine}; {software})."
)
PURE = (
    "A run is a pure function of scenario, seed and run number ({seeds}); runs of the same number "
    "and seed share their luck in every cell (common random numbers), drawn from the counter-based "
    "generator Philox."
)
IN_BLOCKS = "Runs were made in blocks of {block:,}, which changes no number."
PLUGINS = "Own outcomes and theories come from {plugins}, each with the SHA-256 of its file."
VARIED = "Varied: {ranges}."
ASIDE = Plural(
    "{n:,} cell of these answers other questions (kinds of not knowing apart, or other designs) and "
    "enters no figure but theirs.",
    "{n:,} cells of these answer other questions (kinds of not knowing apart, or other designs) and "
    "enter no figure but theirs.",
)
LEFT_OUT = Plural(
    "{n:,} cell failed and is left out; its error is below.",
    "{n:,} cells failed and are left out; their errors are below.",
)
LIMITS = (
    "Intervals and errors hold the luck of the runs and the design's own sampling, not the doubt "
    "about the model. The model compares mechanisms; levels of risk are priors, not estimates."
)

# --- methods: design ---
DESIGNS = {
    "grid": "a full factorial of {points} design points",
    "lhs": "a Latin hypercube of {points} design points",
    "sobol": "a scrambled Sobol' sequence of {points} design points",
    "saltelli": "a Saltelli design of {points} points",
    "morris": "Morris trajectories, {points} design points in all",
    "points": "{points} design points of our own",
}
OTHER_DESIGN = "the design {design}, {points} points"
SAMPLES = "{design} ({samples:,} samples)"
DESIGN = (
    "The design was {design} around the scenario {scenario} (SHA-256 {hash}), {weeks} weeks, over "
    "{factors}."
)
STOPPED = "A cell stopped at {until}, or at {runs:,} runs."
WINDOWS = "Outcomes were also measured in windows ({windows})."
OWN_NUMBERS = "Each design point had random numbers of its own."
FACTORS = "{inputs:,} inputs ({kinds}; ranges in analyses/design)"
GROUPED_FACTORS = "{groups} groups of {inputs:,} inputs ({kinds}; ranges in analyses/design)"

# --- methods: analyses ---
SENSITIVITY = {
    "morris": "the elementary effects of Morris (mu*, with bootstrap intervals of 95 %)",
    "sobol": "Sobol' indices of first order and in total (bootstrap intervals of 95 %)",
    "delta": "Borgonovo's delta from the given design",
    "pawn": "PAWN indices from the given design",
    "rbd_fast": "first-order indices by RBD-FAST",
    "importance": "feature scores of extra trees",
    "spread": (
        "the variance between settings of one source of uncertainty, apart from the variance over runs"
    ),
}
COMPUTED = "For {outcomes} we computed {analysis}."
COMPUTED_WITH = "For {outcomes} we computed {analysis} ({software})."
SETTLED = (
    "The order of inputs was settled for {settled} of {asked} outcomes. The widest interval is then at "
    "most a tenth of the variance (Sobol') or a fifth of the largest effect (Morris). Half of the samples "
    "give the same five leading inputs."
)
PRIM = "PRIM (peeling share 0.05, least mass 0.05; limits with a quasi-p above 0.05 dropped)"
PCA_PRIM = (
    "PRIM on the principal components of these cells (peeling share 0.05, least mass 0.05; limits with "
    "a quasi-p above 0.05 dropped)"
)
A_THRESHOLD = "a threshold"
ABOVE = "Scenario discovery by {method} looked for cells whose mean {outcome} lies above {level}."
BELOW = "Scenario discovery by {method} looked for cells whose mean {outcome} lies below {level}."
AVERAGE_LINKAGE = "average linkage"
CLUSTERED = (
    "We grouped runs by the shape of {quantity} over the weeks: {clusters} clusters of {series:,} of "
    "{all_runs:,} runs, joined by {method} of their complexity-invariant distances."
)
SEARCHED = (
    "{method} searched the levers for policies that no other dominates in {objectives}: {evaluations:,} "
    "evaluations of {runs:,} runs, seed {seed}."
)
AT_WORST = "Each objective counted at its worst over {n} theories."
SEARCHES = "The fronts of {n} such searches were merged."
RUN_AGAIN = "The front was run again on fresh random draws."
CONVERGED = "Its hypervolume had converged: at most 1 % of it was added by the last quarter of the evaluations."
NOT_CONVERGED = (
    "Its hypervolume had not converged: more than 1 % of it was added by the last quarter of the "
    "evaluations."
)
REGRET = (
    "The regret of {policies} policies in {outcome} was taken under {theories} theories, none of which "
    "has a weight."
)
MECHANISMS = (
    "The effect of each mechanism on {outcome} is the paired change in a world that lacks it "
    "(interval of 95 %)."
)
THE_OUTCOME = "the outcome"

# --- labels in figures ---
WEEK = "week"
FAN_KEY = ("middle", "half of the futures", "nine in ten")
SOBOL_KEY = ("total (ST)", "alone (S1)")
SPREAD_KEY = ("the source alone", "luck, in the same cells")
VARIANCE_SHARE = "share of the outcome's variance"
BOX_ENDS = ("lowest", "highest")
BOX = (
    "box {number}: {coverage:.0%} of the cases of interest lie in it, {density:.0%} of those in it are "
    "of interest"
)
PEELING_AXES = (
    "coverage: share of the cases of interest that lie in the box",
    "density: share of its cases",
)
MORE_IS_BETTER, LESS_IS_BETTER = "{name} (more is better)", "{name} (less is better)"
PROGRESS_AXES = ("hypervolume (share)", "epsilon progress")
EVALUATIONS, SEARCH = "evaluations", "search {number}"
CLUSTER = "{number}: {share} of the runs; run {run}"
CLUSTER_LED = "{number}: {share} of the runs\n{factor} {shift} sd from the mean of all"

translate_constants(__name__)
