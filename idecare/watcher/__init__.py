"""The watcher: events, batches, a look, a decision, a notice; and the socket on which it answers."""
