"""Write the study file of which a command line is the short form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scenario_sim.studies.design.inputs import Input
from scenario_sim.studies.study_file.plan import METHOD_OF_DESIGN
from scenario_sim.studies.study_file.schema import Study

DESIGN_OF_METHOD = {method: design for design, method in METHOD_OF_DESIGN.items()}


def sweep_study(
    base: Mapping[str, Any], varied: Sequence[Input], design: str, samples: int | None
) -> Study:
    """Return the study of `sweep`.

    Parameters
    ----------
    base : mapping
        Keys of a study that all short forms share: title, scenario, runs, seeds, settings ...
    varied : sequence of Input
    design : {"grid", "lhs", "sobol"}
    samples : int, optional
    """
    how: dict[str, Any] = {"kind": design} | ({"samples": samples} if samples else {})
    return Study.model_validate({**base, "factors": _factors(varied), "design": how})


def sensitivity_study(
    base: Mapping[str, Any],
    varied: Sequence[Input],
    method: str,
    samples: int | None,
    outcomes: Sequence[str],
) -> Study:
    """Return the study of `sensitivity`, without its sources of uncertainty."""
    how: dict[str, Any] = {"kind": DESIGN_OF_METHOD[method]}
    if samples:
        how["samples"] = samples
    analyses = [{"kind": "sensitivity", "outcome": name} for name in dict.fromkeys(outcomes)]
    return Study.model_validate(
        {
            **base,
            "outcomes": list(dict.fromkeys(outcomes)),
            "factors": _factors(varied),
            "design": how,
            "analyses": analyses,
        }
    )


def robust_study(
    base: Mapping[str, Any],
    policies: Sequence[str],
    theories: str,
    outcomes: Sequence[str],
) -> Study:
    """Return the study of `robust`; `policies` are texts as in `parse_policies`."""
    names = list(dict.fromkeys(outcomes))
    return Study.model_validate(
        {
            **base,
            "outcomes": names,
            "factors": [{"policies": list(policies)}, {"theories": theories}],
            "analyses": [{"kind": "regret", "outcome": name} for name in names],
        }
    )


def _factors(varied: Sequence[Input]) -> list[dict[str, Any]]:
    factors = []
    for one in varied:
        factor: dict[str, Any] = {"input": one.name}
        if one.values:
            factor["values"] = list(one.values)
        else:
            factor |= {"low": one.low, "high": one.high}
            if one.points:
                factor["points"] = one.points
        factors.append(factor)
    return factors
