"""Runs programs behind walls and says what they did; knows nothing of grading."""
