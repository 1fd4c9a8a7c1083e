"""The explorer: documents, thresholds and SQL on a page that any file server can hold, and the data that it reads."""
