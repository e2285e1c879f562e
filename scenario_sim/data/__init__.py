"""What the model is given: parameters, states and history, each value with its unit and source."""
