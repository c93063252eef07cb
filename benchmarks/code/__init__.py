"""Programs: speed beside the graders that people use."""
