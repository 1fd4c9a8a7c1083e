"""Training of the models that signals are computed with: classifiers and language models, from documents."""
