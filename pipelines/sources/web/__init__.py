"""Archives of web crawls: stored records, what their servers sent, and the text of pages."""
