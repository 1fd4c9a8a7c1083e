"""The views that `loam sql` offers, named where the command's help can say them without loading DuckDB."""

VIEWS = (
    *("documents", "signals", "edits", "duplicates", "joint_changes", "contamination", "contaminated", "licences"),
    *("decisions", "translations", "sequences", "mixture", "quarantine", "ledger"),
)
TOLD_VIEWS = ", ".join(VIEWS)
