"""Translation of documents: segmentation, masking, engines, checks and the journal. Knows nothing of the pipeline."""
