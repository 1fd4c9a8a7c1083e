"""The signals once more, in plain Python: what the kernels are held to, and the definitions to read.

Each function takes one text and follows the definition word by word; none is fast.
"""
