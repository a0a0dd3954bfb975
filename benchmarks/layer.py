"""A complete layer in one process: 3 to 16 channels, 32×32, 3×3, padded to the same size.

Every explicit output, the three Jacobians in full, and every rule against its derivative.
"""

import convgen

spec = convgen.ConvSpec((32, 32), (3, 3), in_channels=3, out_channels=16, padding=1)
derivation = convgen.derive(spec)
print(f"{spec}: output of shape {tuple(derivation.output.shape)}")
for array in "KXb":
    print(f"Jacobian by {array}: {derivation.jacobian(array).shape}")
report = convgen.verify(spec)
print(report)
if not report:
    raise SystemExit(1)
