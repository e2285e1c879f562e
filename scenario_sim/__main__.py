"""Run the command line: `python -m scenario_sim` is the same as `scenario-sim`."""

from scenario_sim.cli import main

if __name__ == "__main__":
    main()
