"""`loam what-if`: what each rule removes and what other thresholds would, from the signals that stand."""
