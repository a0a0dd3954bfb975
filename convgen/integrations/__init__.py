"""Where convgen meets other tools: a plugin for pytest."""
