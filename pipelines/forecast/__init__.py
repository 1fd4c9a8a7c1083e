"""`loam plan`: what a run will take, from the sizes of its input and from what an excerpt of it took."""
