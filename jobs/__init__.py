"""When things happen: the heartbeat, the steps of an item's way, worker pools, the service's life."""
