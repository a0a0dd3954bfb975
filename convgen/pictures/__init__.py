"""Pictures of a layer: sliding windows, taps, Jacobians, animations, and a page to explore.

`convgen.pictures.drawing` has them by name. Nothing is imported here: the command line reads the names of
formats and colours from this room, and must not wait for the rest.
"""
