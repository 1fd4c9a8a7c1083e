"""`loam publish`: a corpus' card and tables, side by side, put where others find them."""
