"""When things happen: the heartbeat, an item's steps, worker pools, the service's life."""
