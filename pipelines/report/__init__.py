"""`loam report`: what the units of a corpus took, as one HTML page."""
