"""Settings: each by its name, from the environment, else from the file of the home folder, else as it is given here."""

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Final

from tidewaiter.model.errors import SettingRefused

HOME_VARIABLE: Final = "TIDEWAITER_HOME"
FILE: Final = "tidewaiter.toml"
PREFIX: Final = "TIDEWAITER_"
MASK: Final = "********"
LAST_PORT: Final = 65_535
DAY_S: Final = 86_400
DAY_MIN: Final = 1_440


def home_folder() -> Path:
    """Where shelves and state live: ``TIDEWAITER_HOME``, else the place the desktop's rules give to a user's data."""
    named = os.environ.get(HOME_VARIABLE)
    return Path(named) if named else Path.home() / ".local" / "share" / "tidewaiter"


@dataclass(frozen=True)
class Setting:
    """One setting: how it is read, what it is when nobody says, and whether it may be shown."""

    name: str
    meaning: str
    given: str
    read: Callable[[str], object] = str
    is_secret: bool = False


@dataclass(frozen=True)
class Value:
    """A setting with the value in force and where that came from: ``environment``, ``file`` or ``given``."""

    setting: Setting
    text: str
    source: str

    @property
    def shown(self) -> str:
        """The value as it may be shown."""
        return MASK if self.setting.is_secret and self.text else self.text


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def _address(text: str) -> str:
    if text and not text.startswith(("postgresql://", "postgres://")):
        raise ValueError("an address that begins with postgresql://")
    return text


def _receiver(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("an address that begins with http:// or https://")
    return text


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _networks(text: str) -> tuple[object, ...]:
    try:
        return tuple(ip_network(name) for name in _names(text))
    except ValueError as fault:
        raise ValueError("networks between commas, as 10.1.0.0/16") from fault


_SECRET: Final = True
SETTINGS: Final = (
    Setting(
        "TIDEWAITER_HOME", "folder of shelves, database, keys and logs", "~/.local/share/tidewaiter", Path
    ),
    Setting(
        "TIDEWAITER_DATABASE_URL",
        "server to use in place of our own: an account that may make roles, or the owner of the database",
        "", _address, is_secret=True,
    ),
    Setting("TIDEWAITER_DATABASE_APP_URL", "the same database as the service works in it", "", _address, _SECRET),
    Setting("TIDEWAITER_DATABASE_AUDIT_URL", "the same database for reading alone", "", _address, _SECRET),
    Setting("TIDEWAITER_DATABASE_START_S", "seconds that recovery may take", "600", _whole(1, DAY_S)),
    Setting("TIDEWAITER_POSTGRES_BINARIES", "folder of PostgreSQL's programs, if not the wheel's", "", Path),
    Setting("TIDEWAITER_HOST", "address that the web server listens on", "127.0.0.1"),
    Setting("TIDEWAITER_PORT", "port that the web server listens on", "8080", _whole(1, LAST_PORT)),
    Setting("TIDEWAITER_THREADS", "requests that the web server works on at a time", "64", _whole(1, 256)),
    Setting("TIDEWAITER_CLIENT_RATE", "calls that one machine may make in a second", "200", _whole(1, 100_000)),
    Setting(
        "TIDEWAITER_WEBHOOK_NETWORKS", "networks that webhooks may call although they are not public, as 10.1.0.0/16",
        "", _networks,
    ),
    Setting("TIDEWAITER_JURISDICTION", "whose law decides on single messages: EU, EU/DE, GB, US ...", "EU"),
    Setting("TIDEWAITER_HOSTS", "names by which the service may be called", "localhost,127.0.0.1,[::1]", _names),
    Setting("TIDEWAITER_TRACES", "receiver of traces (OTLP over HTTP); none are made where it is empty", "", _receiver),
    Setting(
        "TIDEWAITER_IDLE_MIN", "minutes without a call until a person is signed out", "15",
        _whole(1, DAY_MIN),
    ),
    Setting(
        "TIDEWAITER_SESSION_MIN", "minutes until a person signs in again in any case", "600",
        _whole(1, DAY_MIN),
    ),
    Setting(
        "TIDEWAITER_STEP_UP_MIN", "minutes for which an act needs no new proof of its person", "10",
        _whole(1, DAY_MIN),
    ),
    Setting("TIDEWAITER_TEST_DATABASE_URL", "server that tests use in place of their own", "", _address, _SECRET),
    Setting("TIDEWAITER_REAL_DATA", "folder of real messages that tests may read", "", Path),
)  # fmt: skip
KNOWN: Final = {setting.name: setting for setting in SETTINGS}


class Settings(Mapping[str, Value]):
    """All settings by name, each valid; ``SettingRefused`` names the first that is unknown or cannot mean anything."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def text(self, name: str) -> str:
        """The value as text."""
        return self._values[name].text

    def whole(self, name: str) -> int:
        """The value as a whole number."""
        return int(self._values[name].text)

    def names(self, name: str) -> tuple[str, ...]:
        """The value as names."""
        return _names(self._values[name].text)

    def path(self, name: str) -> Path | None:
        """The value as a path; None where it is empty."""
        text = self._values[name].text
        return Path(text).expanduser() if text else None


def settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings in force now; ``SettingRefused`` tells every fault at once."""
    found, faults = read_settings(environment)
    if faults:
        raise SettingRefused(" ".join(faults))
    return found


def read_settings(environment: Mapping[str, str] | None = None) -> tuple[Settings, list[str]]:
    """Settings with where each came from, and a sentence for each that is unknown or cannot mean anything."""
    told = os.environ if environment is None else environment
    home = Path(told.get(HOME_VARIABLE) or home_folder())
    from_file, faults = _of_file(home / FILE)
    from_environment = {name: text for name, text in told.items() if name.startswith(PREFIX)}
    faults += [_unknown(name, "The environment") for name in sorted(from_environment.keys() - KNOWN.keys())]
    values = {}
    for setting in SETTINGS:
        value = _value(setting, from_environment, from_file)
        faults += _fault(value)
        values[setting.name] = value
    return Settings(values), faults


def _value(setting: Setting, from_environment: Mapping[str, str], from_file: Mapping[str, str]) -> Value:
    if setting.name in from_environment:
        return Value(setting, from_environment[setting.name], "environment")
    if setting.name in from_file:
        return Value(setting, from_file[setting.name], "file")
    return Value(setting, setting.given, "given")


def _of_file(path: Path) -> tuple[dict[str, str], list[str]]:
    """Settings of ``tidewaiter.toml``, its keys written small and without the prefix: ``port = 8080``."""
    if not path.is_file():
        return {}, []
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        return {}, [f"{path} cannot be read: {fault}."]
    named = {f"{PREFIX}{key.upper()}": str(value) for key, value in told.items()}
    unknown = [_unknown(name, str(path)) for name in named if name not in KNOWN or name == HOME_VARIABLE]
    return named, unknown


def _unknown(name: str, place: str) -> str:
    near = get_close_matches(name, KNOWN, n=1)
    hint = f" Is {near[0]} meant?" if near else ""
    return f"{place} sets {name}, which is no setting.{hint} All of them: tidewaiter config check."


def _fault(value: Value) -> list[str]:
    try:
        value.setting.read(value.text)
    except ValueError as wanted:
        return [f"{value.setting.name} ({value.source}) is {value.shown or 'empty'}; it is {wanted}."]
    return []
