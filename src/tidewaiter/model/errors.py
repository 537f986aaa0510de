"""One tree of errors: bad use or a broken house. Bad data is a finding or a quarantined row, never one of these."""


class TidewaiterError(Exception):
    """Root of all errors a door has to render; ``code`` is stable, the text says what to do next."""

    code = "TW-000"
    exit_code = 4


class WrongUse(TidewaiterError):
    """The command or call cannot mean anything; nothing was touched."""

    code = "TW-100"
    exit_code = 2


class OutputInUse(WrongUse):
    """The output folder holds something else than this very run."""

    code = "TW-101"


class NotCanonical(WrongUse):
    """A value that has no canonical form, or bytes that are not the one form of their value."""

    code = "TW-120"


class NoteRefused(WrongUse):
    """A text that is no signed note, no checkpoint, or no key as C2SP writes them."""

    code = "TW-121"


class KeyRefused(WrongUse):
    """A signing key is missing, open to others, or not the one that the log was signed by."""

    code = "TW-122"


class UnusableInput(TidewaiterError):
    """A file as a whole cannot be read; it is refused and nothing of it is taken."""

    code = "TW-200"
    exit_code = 3


class BrokenInterchange(UnusableInput):
    """An EDIFACT interchange whose frame is not whole; ``syntax_code`` (0085) and ``tag`` say what and where."""

    code = "TW-205"

    def __init__(self, message: str, syntax_code: str, tag: str) -> None:
        self.syntax_code, self.tag = syntax_code, tag
        super().__init__(message)


class PublicationRefused(UnusableInput):
    """An official publication is damaged; ``faults`` lists every fault found (where, what)."""

    code = "TW-210"

    def __init__(
        self, message: str, faults: tuple[str, ...] = (), places: tuple[tuple[str, int | None], ...] = ()
    ) -> None:
        self.faults = faults
        self.places = places
        super().__init__(message)


class LawMissing(TidewaiterError):
    """No sheet holds a parameter that the law of a day needs."""

    code = "TW-300"
    exit_code = 2

    def __init__(self, jurisdiction: str, name: str, on: object = None) -> None:
        when = f" on {on}" if on is not None else ""
        super().__init__(
            f"The sheet of {jurisdiction} has no '{name}'{when}. "
            "Add a [[parameter]] with its source, or load a pack that has it with --packs DIR."
        )


class SheetRefused(TidewaiterError):
    """A pack's sheet contradicts itself or leaves out what every sheet must say."""

    code = "TW-310"
    exit_code = 2


class PlanError(TidewaiterError):
    """Stages do not fit: somebody takes a column that nobody before it adds."""

    code = "TW-400"


class LogBroken(TidewaiterError):
    """The signed log is not whole: it was changed, cut or forked; nothing is signed until a person has looked."""

    code = "TW-410"


class EnvironmentFault(TidewaiterError):
    """The machine refuses: disk full, no permission, a broken installation."""

    code = "TW-500"


class Unavailable(TidewaiterError):
    """Not now: nothing was answered, and the same call with the same key is safe to send again."""

    code = "TW-510"


class Busy(Unavailable):
    """More messages wait than can be held; ``retry_after_s`` says when there will be room."""

    code = "TW-511"

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"Too many messages wait just now. Nothing was taken; send it again in {retry_after_s} s.")


class FileRefused(WrongUse):
    """A file that was handed over cannot be cleared; ``code`` becomes that of what is wrong with it."""

    code = "TW-137"

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


class KeyUsedOtherwise(WrongUse):
    """A key that was used before came with another message."""

    code = "TW-130"

    def __init__(self, key: str) -> None:
        super().__init__(f"The key '{key}' was used for another message. Give each message a key of its own.")


class DatabaseFault(EnvironmentFault):
    """The database cannot be started or reached, or refuses what the house needs of it."""

    code = "TW-520"


class BackupRefused(UnusableInput):
    """A backup is incomplete or damaged, or does not fit this installation; nothing was restored."""

    code = "TW-220"


class SettingRefused(WrongUse):
    """A setting is unknown, or its value cannot mean anything."""

    code = "TW-110"


class ImpossibleAct(TidewaiterError):
    """The case does not allow this act as it stands; the text says what is missing."""

    code = "TW-610"
    exit_code = 2


class SeenBefore(ImpossibleAct):
    """The case has changed since the person looked at it; nothing was done."""

    code = "TW-611"


class NotHere(WrongUse):
    """There is no such thing, or none that the actor may touch: the two look alike."""

    code = "TW-135"


class DeclarantRefused(WrongUse):
    """A filing names a declarant for whom its sender may not file; nothing was decided."""

    code = "TW-136"

    def __init__(self, declarant: str) -> None:
        self.declarant = declarant[:80]
        super().__init__(
            f"You may not file for {self.declarant}. Leave declarant_id out to file for yourself, or have whoever "
            "keeps the service allow it: tidewaiter key party ID WORDS --files-for DECLARANT"
        )


class AddressRefused(WrongUse):
    """An address that the service does not call: not https, not public, or not to be found."""

    code = "TW-131"


class NotGenuine(WrongUse):
    """A webhook that its receiver must not believe: not signed by the secret that both know, or too old."""

    code = "TW-132"

    def __init__(self) -> None:
        super().__init__("The message was not signed by this secret within the last five minutes. Do not act on it.")


class AccountRefused(WrongUse):
    """What is wanted of an account contradicts itself, or what is known already."""

    code = "TW-140"


class SignInRefused(TidewaiterError):
    """Nobody was let in; which of name, password and code was wrong is never told."""

    code = "TW-620"
    exit_code = 2

    def __init__(self) -> None:
        super().__init__(
            "Name, password or code is not right, or the account is closed. Try again, or ask an administrator."
        )


class TooManyTries(TidewaiterError):
    """Too many failed tries for one account or from one address; ``retry_after_s`` says when the next one counts."""

    code = "TW-621"
    exit_code = 2

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        minutes = -(-retry_after_s // 60)
        super().__init__(f"Too many tries. Wait {minutes} min, then try again; nothing is locked for good.")


class QuotaReached(TidewaiterError):
    """A party handed over what it may in a day, or has too many files open; ``retry_after_s``: when to come again."""

    code = "TW-512"

    def __init__(self, what: str, most: int, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(
            f"Your party may hand over {most:,} {what} {'at once' if what == 'open files' else 'in a day'}, and has. "
            f"Nothing was taken; come again in {retry_after_s:,} s, or ask who keeps the service for more."
        )


class QuotaTooSmall(UnusableInput):
    """A message or file is longer than all that its party may hand over in a day."""

    code = "TW-513"

    def __init__(self, size: int, most: int) -> None:
        super().__init__(
            f"It has {size:,} bytes; your party may hand over {most:,} in a day. Split it, or ask for more."
        )


class IssuerRefused(TidewaiterError):
    """The issuer that says who a person is cannot be reached, or what it said does not hold; nobody was let in."""

    code = "TW-623"


class SignedOut(TidewaiterError):
    """The session has ended, or never was."""

    code = "TW-622"
    exit_code = 2

    def __init__(self) -> None:
        super().__init__("You are signed out. Sign in again.")


class KeyNotKnown(WrongUse):
    """There is no such key of a machine, or none that the person may see, or it is revoked already."""

    code = "TW-133"

    def __init__(self, prefix: str) -> None:
        super().__init__(f"There is no key {prefix} that is in force. Look: tidewaiter key list")


class PartRefused(WrongUse):
    """A part of a file does not join what is there; ``offset`` is where the next part begins, None where unknown."""

    code = "TW-134"

    def __init__(self, message: str, offset: int | None) -> None:
        self.offset = offset
        super().__init__(message)
