"""Signals read from models at hand: fastText classifiers, and importance after DSIR."""
