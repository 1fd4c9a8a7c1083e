"""A Ray cluster of one head without cores and some nodes of one core, in a process that knows Ray and nothing of Loam.

Writes the cluster's address and the process of each node's raylet, a line each; adds a node for every line read, and
ends with its standard input.
"""

# ruff: noqa: T201 -- the lines are for the test that started it

import sys

from ray.cluster_utils import Cluster

LITTLE = {"object_store_memory": 80 * 2**20, "include_dashboard": False}


def main(nodes: int) -> None:
    """Run the cluster."""
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **LITTLE})
    try:
        (gcs,) = cluster.head_node.all_processes["gcs_server"]
        print(cluster.address, gcs.process.pid, flush=True)
        for _ in range(nodes):
            add(cluster)
        for _ in sys.stdin:
            add(cluster)
    finally:
        cluster.shutdown()


def add(cluster: Cluster) -> None:
    """Add a node of one core."""
    (raylet,) = cluster.add_node(num_cpus=1, **LITTLE).all_processes["raylet"]
    print(raylet.process.pid, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
