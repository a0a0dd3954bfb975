"""Pictures of a layer: sliding windows, taps, Jacobians, animations, and a page to explore."""
