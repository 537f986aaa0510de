"""Advisory locks of the database: who may do what alone. All numbers stand here, so that no two are one."""

from typing import Final

OPENING: Final = 0x71DE_0001
"""For the length of a transaction: one process at a time opens a log or changes its key."""
KEEPER: Final = 0x71DE_0002
"""The one who seals, signs and writes the log's folder."""
MAKING_ROLES: Final = 0x71DE_0003
"""Whoever makes roles: two first starts would else each keep passwords of their own."""
WORKER: Final = 0x71DE_0004
"""The one who works: it ends with its connection, however its process ends."""
BATCHER: Final = 0x71DE_0005
"""The one who accepts: held by the very session that commits, so nobody commits without it."""
BARCODES: Final = 0x71DE_0006
"""Class of the locks that keep an event and the filing of its parcel from missing each other."""
QUOTAS: Final = 0x71DE_0007
"""Class of the locks under which a party begins files one after the other."""
SCHEMA: Final = 7_302_114_850
"""One process migrates at a time."""
