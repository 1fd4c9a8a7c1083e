"""The values by which ROOTS, the corpus of BLOOM, filtered its web documents."""
