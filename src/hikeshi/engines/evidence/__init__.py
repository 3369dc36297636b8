"""Takes the state of a machine into one package, and reads such packages from hostile hosts.

taken = take(Order(Path("evidence.tar"), host="user@host"))
report = verify(taken.path)
"""

from hikeshi.engines.evidence.collecting import STAGES, Collector, Item, collector, collectors, script
from hikeshi.engines.evidence.package import Package, verify
from hikeshi.engines.evidence.running import Order, Taken, here, take

__all__ = [
    "STAGES",
    "Collector",
    "Item",
    "Order",
    "Package",
    "Taken",
    "collector",
    "collectors",
    "here",
    "script",
    "take",
    "verify",
]
