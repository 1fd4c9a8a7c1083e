"""Hot loops over the bytes of pages; see `signals.kernels` for their form."""
