"""The commands of `loam` beside run and plan, a file a subject; each imports what it needs when it is called."""
