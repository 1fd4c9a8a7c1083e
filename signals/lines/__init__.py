"""Group `lines`: values of each line, for rules that remove lines."""
