"""Hot loops of deduplication inside documents and of decontamination; see `signals.kernels` for their form."""
