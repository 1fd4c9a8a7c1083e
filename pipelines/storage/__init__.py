"""Files that lie elsewhere: in buckets, on web servers and on the Hub; found, told apart by version, and read."""
