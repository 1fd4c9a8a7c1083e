"""Judges: models that say by a number how well an answer translates its source, without a reference.

A judge is asked as an engine is, so that its numbers are journaled as answers are: its request is a source and an
answer as JSON, its reply the number. Each kind is a file here; `translate.engines` opens them by name, and offers none
of them for translation.
"""

from translate.judges.pairs import JudgeVocabulary, as_request, judge_identity, judged

__all__ = ["JudgeVocabulary", "as_request", "judge_identity", "judged"]
