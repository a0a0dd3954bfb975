"""The demo: its network's gradients, its training against other ones, and the run as a user sees it."""
