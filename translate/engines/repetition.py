"""When an answer counts as a loop while it is being written."""

from collections.abc import Mapping

# Parameters of vLLM's `RepetitionDetectionParams`: an answer ends when its last tokens are one pattern of 1 to 40,
# eight times in a row. Rows of tables and of dots repeat less in what is translated.
REPETITION: Mapping[str, int] = {"max_pattern_size": 40, "min_pattern_size": 1, "min_count": 8}
