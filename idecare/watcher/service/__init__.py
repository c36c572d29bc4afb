"""The daemon as a service of the user's session: its file, its manager, and the process itself."""
