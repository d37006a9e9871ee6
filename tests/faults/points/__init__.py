"""A house in memory in which something happens at a chosen point between an ask and the fetch of its commit."""
