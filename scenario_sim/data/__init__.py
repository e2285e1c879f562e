"""Hold the inputs of the model, each value with unit and source: parameters, states, history."""
