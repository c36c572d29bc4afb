"""How a JetBrains IDE is told to rebuild its index.

An index root's marker with the dirty text is removed when the IDE closes; one with another text is kept and makes the
next start drop the index (intellij-community, platform/lang-impl, CorruptionMarker.kt, 2022).
"""

INVALIDATION_MARKER = "corruption.marker"
INVALIDATION_REASON = "Explicit index invalidation"
