"""Settings: each by its name, from the environment, else from the file of the home folder, else as it is given here."""

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from tidewaiter.model.errors import SettingRefused
from tidewaiter.service.setting_forms import Network, as_address, as_issuer, as_names, as_networks, as_receiver, whole

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


_SECRET: Final = True
SETTINGS: Final = (
    Setting(
        "TIDEWAITER_HOME", "folder of shelves, database, keys and logs", "~/.local/share/tidewaiter", Path
    ),
    Setting(
        "TIDEWAITER_DATABASE_URL",
        "server to use in place of our own: an account that may make roles, or the owner of the database",
        "", as_address, is_secret=True,
    ),
    Setting("TIDEWAITER_DATABASE_APP_URL", "the same database as the service works in it", "", as_address, _SECRET),
    Setting("TIDEWAITER_DATABASE_AUDIT_URL", "the same database for reading alone", "", as_address, _SECRET),
    Setting("TIDEWAITER_DATABASE_START_S", "seconds that recovery may take", "600", whole(1, DAY_S)),
    Setting("TIDEWAITER_POSTGRES_BINARIES", "folder of PostgreSQL's programs, if not the wheel's", "", Path),
    Setting("TIDEWAITER_HOST", "address that the web server listens on", "127.0.0.1"),
    Setting("TIDEWAITER_PORT", "port that the web server listens on", "8080", whole(1, LAST_PORT)),
    Setting("TIDEWAITER_THREADS", "requests that the web server works on at a time", "64", whole(1, 256)),
    Setting("TIDEWAITER_CLIENT_RATE", "calls that one machine may make in a second", "200", whole(1, 100_000)),
    Setting("TIDEWAITER_DAY_BYTES", "bytes that one party may hand over in a day", str(64 << 30), whole(1, 1 << 50)),
    Setting("TIDEWAITER_DAY_MESSAGES", "messages that one party may lodge in a day", "20000000", whole(1, 1 << 40)),
    Setting("TIDEWAITER_OPEN_UPLOADS", "files that one party may have begun at once", "20", whole(1, 10_000)),
    Setting(
        "TIDEWAITER_WEBHOOK_NETWORKS", "networks that webhooks may call although they are not public, as 10.1.0.0/16",
        "", as_networks,
    ),
    Setting("TIDEWAITER_JURISDICTION", "whose law decides on single messages: EU, EU/DE, GB, US ...", "EU"),
    Setting("TIDEWAITER_HOSTS", "names by which the service may be called", "localhost,127.0.0.1,[::1]", as_names),
    Setting("TIDEWAITER_TLS_CERTIFICATE", "file of the certificate for TLS of the web server's own", "", Path),
    Setting("TIDEWAITER_TLS_KEY", "file of the key of that certificate", "", Path),
    Setting(
        "TIDEWAITER_PROXIES", "networks of proxies that are believed who called, as 10.1.0.4/32", "", as_networks
    ),
    Setting(
        "TIDEWAITER_HSTS_DAYS", "days for which a browser that came by https comes by nothing else; 0: not said", "365",
        whole(0, 3650),
    ),
    Setting("TIDEWAITER_OIDC_ISSUER", "issuer that may say who a person is (OpenID Connect)", "", as_issuer),
    Setting("TIDEWAITER_OIDC_CLIENT", "what the issuer calls this service", ""),
    Setting("TIDEWAITER_OIDC_SECRET", "secret of this service at the issuer, where it has one", "", str, _SECRET),
    Setting("TIDEWAITER_TRACES", "receiver of traces (OTLP over HTTP); empty: none are made", "", as_receiver),
    Setting(
        "TIDEWAITER_IDLE_MIN", "minutes without a call until a person is signed out", "15",
        whole(1, DAY_MIN),
    ),
    Setting(
        "TIDEWAITER_SESSION_MIN", "minutes until a person signs in again in any case", "600",
        whole(1, DAY_MIN),
    ),
    Setting(
        "TIDEWAITER_STEP_UP_MIN", "minutes for which an act needs no new proof of its person", "10",
        whole(1, DAY_MIN),
    ),
    Setting("TIDEWAITER_TEST_DATABASE_URL", "server that tests use in place of their own", "", as_address, _SECRET),
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
        return as_names(self._values[name].text)

    def networks(self, name: str) -> tuple[Network, ...]:
        """The value as networks."""
        return as_networks(self._values[name].text)

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
    return Settings(values), faults + _apart(values)


TOGETHER: Final = (
    ("TIDEWAITER_TLS_CERTIFICATE", "TIDEWAITER_TLS_KEY"), ("TIDEWAITER_OIDC_ISSUER", "TIDEWAITER_OIDC_CLIENT"),
)  # fmt: skip
"""Settings that mean something together only."""


def _apart(values: Mapping[str, Value]) -> list[str]:
    told = []
    for names in TOGETHER:
        lacking = [name for name in names if not values[name].text]
        if lacking and len(lacking) < len(names):
            told.append(f"{' and '.join(lacking)} is not set, though {_set(names, lacking)} is: set both, or neither.")
    return told


def _set(names: tuple[str, ...], lacking: list[str]) -> str:
    return " and ".join(name for name in names if name not in lacking)


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
