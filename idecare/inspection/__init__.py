"""Looking at the machine: folders, sizes, processes, locks, mounts, binaries. Nothing here changes anything."""
