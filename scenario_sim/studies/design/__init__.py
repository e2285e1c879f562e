"""Design a study: its inputs, its design points and its policies."""
