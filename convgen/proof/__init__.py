"""Is it true? A claim, a rule or every rule of a layer: on one shape, or for every size.

Nothing is imported here: whoever verifies a layer never waits for the language of claims.
"""
