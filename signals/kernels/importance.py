"""Bags of hashed tokens and pairs of tokens, and how likely they are in one domain rather than another."""

import numpy as np
import numpy.typing as npt

from signals.characters import CONTINUATION, GAP
from signals.kernels import kernel
from signals.kernels.siphash import hash_pair, hash_string, magnitude

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@kernel
def hash_features(
    data: npt.NDArray[np.uint8],
    runs_until: Integers,
    run_starts: npt.NDArray[np.int32],
    run_seen: npt.NDArray[np.uint16],
    wanted: npt.NDArray[np.bool_],
    key: npt.NDArray[np.uint64],
    double: bool,
    bucket_count: np.uint64,
    buckets: npt.NDArray[np.int32],
) -> Integers:
    r"""Write the buckets of each token ``\w+|[^\w\s]+`` of each document, and of each pair of neighbours.

    Args:
        data: UTF-8 of all documents.
        runs_until: This and the next two: what `find_runs` returned and wrote.
        run_starts: See `runs_until`.
        run_seen: See `runs_until`.
        wanted: Which documents to read.
        key: uint64[2], the secret that CPython makes of PYTHONHASHSEED.
        double: Whether strings are hashed by SipHash-2-4; else it is SipHash-1-3.
        bucket_count: How many buckets there are.
        buckets: Receives the buckets. Two for each run suffice.

    Returns:
        The number of buckets written up to the end of each document, a zero first.
    """
    documents = len(runs_until) - 1
    features_until = np.zeros(documents + 1, np.int64)
    count = 0
    for document in range(documents):
        if wanted[document]:
            previous, is_first = np.uint64(0), True
            for run in range(runs_until[document], runs_until[document + 1]):
                if run_seen[run] & GAP:
                    continue
                is_ascii = (run_seen[run] & CONTINUATION) == 0
                hashed = hash_string(data, run_starts[run], run_starts[run + 1], is_ascii, key, double)
                buckets[count] = magnitude(hashed) % bucket_count
                count += 1
                if not is_first:
                    buckets[count] = magnitude(hash_pair(previous, hashed)) % bucket_count
                    count += 1
                previous, is_first = hashed, False
        features_until[document + 1] = count
    return features_until


@kernel
def sum_log_ratios(
    buckets: npt.NDArray[np.int32], features_until: Integers, rows: Integers, log_ratios: npt.NDArray[np.float64]
) -> Floats:
    """Sum the log ratios of each document's buckets, with what rounding loses carried along (Neumaier 1974).

    Args:
        buckets: This and the next: what `hash_features` wrote and returned.
        features_until: See `buckets`.
        rows: Row of `log_ratios` for each document; -1 for none.
        log_ratios: float64[languages, buckets, domains].

    Returns:
        float64[documents, domains], 0 without a row.
    """
    documents, domains = len(features_until) - 1, log_ratios.shape[2]
    sums = np.zeros((documents, domains), np.float64)
    lost = np.zeros(domains, np.float64)
    for document in range(documents):
        if rows[document] < 0:
            continue
        table, sums_here = log_ratios[rows[document]], sums[document]
        lost[:] = 0.0
        for feature in range(features_until[document], features_until[document + 1]):
            ratios = table[buckets[feature]]
            for domain in range(domains):
                before, added = sums_here[domain], ratios[domain]
                after = before + added
                taken = after - before
                lost[domain] += (before - (after - taken)) + (added - taken)
                sums_here[domain] = after
        sums_here += lost
    return sums
