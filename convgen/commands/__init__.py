"""The commands: each a row, and a function from what was said to an exit status.

Whatever is heavy is imported by the command that needs it, so that ``convgen --help`` answers at once.
"""

from convgen.commands.command import Command
from convgen.commands.derivation import DERIVE, EXPLAIN
from convgen.commands.kernels import BENCH, DEMO, GENERATE
from convgen.commands.pictures import ANIMATE, EXPLORE, PICTURE
from convgen.commands.proof import CHECK, PROVE, VERIFY

COMMANDS: tuple[Command, ...] = (
    DERIVE, EXPLAIN, VERIFY, CHECK, PROVE, GENERATE, PICTURE, ANIMATE, EXPLORE, BENCH, DEMO,
)  # fmt: skip
