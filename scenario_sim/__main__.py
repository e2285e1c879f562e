"""`python -m scenario_sim` is `scenario-sim`."""

from scenario_sim.cli import main

if __name__ == "__main__":
    main()
