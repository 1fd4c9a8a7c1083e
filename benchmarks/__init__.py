"""`make bench`: what each part of this project costs in CPU time, beside its peers on the same documents."""
