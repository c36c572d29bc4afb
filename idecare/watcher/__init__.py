"""The watcher: events, debounced into scans, decisions and notices; and the socket on which the daemon answers."""
