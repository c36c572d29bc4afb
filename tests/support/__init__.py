"""What tests use instead of the user's machine. Small values are in ``tests/builders.py``, fixtures in ``conftest.py``.

caches       a home with every cache (``Machine``): most e2e tests start here
modules      a module cache made by hand; ``damage``: every known damage of it; ``dirhash``, ``go_zip_sums``: the sums
real_go      a real go command in a home of its own (``GoWorld``); ``goproxy``: the modules that it downloads
soak         go commands in loops while a cleaner runs (``--soak SECONDS``)
hostile      homes that are made to make a cleaner fail; ``hostile_runs``: verbs at random over them
copied       what a shell makes of a command that was printed
faults       system calls that fail and processes that die, through strace
processes    starting, waiting for and ending what tests start
browser      a headless browser, for a page
screens      a real pseudo-terminal, and what a person sees on it
mounts       bind mounts in a namespace of their own
programs     made-up ELF, Mach-O and PE files; ``go_programs``: real ones built by go
goland       a GoLand on a real file system with a real JVM (``jvms``); ``jetbrains``, ``launcher``: on a fake one
ides         process trees and state files of running IDEs, played by ``actor.go``; ``editors``: two on one module
code_server  a real code-server; ``code_window``: a browser window of it
daemons      a daemon in a home of its own; ``session``, ``services``: service managers and desktops
fleet        users whom an Ansible of its own reaches over SSH
wine         a Windows under Wine, with a real CPython and a real go.exe
mac          a made-up Mac, from the shell to the debugger
jsonc_*      settings files made up by hypothesis, and VS Code's own parser of them
signing      OpenPGP keys and signatures for downloads
"""
