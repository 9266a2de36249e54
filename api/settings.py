"""Settings: one TOML file, then environment variables ``FINDER_…``, then command-line flags."""

import os
import tomllib
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from finder.errors import SettingsError

DEFAULT_FILE = Path("finder.toml")
"""Read from the current folder where it is there and no other is named."""

_PREFIX, _NESTED = "FINDER_", "__"
_NEAR = 0.8
"""How like a setting a variable must be called to be a mistake: ``FINDER_LANGAGE`` at .93."""


def _loopback(host: str) -> str:
    if host == "localhost" or _is_loopback(host):
        return host
    raise ValueError(
        "must be a loopback address (127.0.0.1, ::1 or localhost): without configured identity "
        "whoever reaches the server is taken for a member"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EncoderSettings(_Section):
    """Which model makes the vectors."""

    name: str = Field(
        default="e5",
        min_length=1,
        description="'e5' (embedded), 'hashing' (no model), or any sentence-transformers model by "
        "name or path",
    )
    query_prompt: str | None = Field(default=None, description="put before each query")
    passage_prompt: str | None = Field(default=None, description="put before each passage")
    device: str | None = Field(default=None, description="'cpu' or 'cuda'; found by default")


class RerankerSettings(_Section):
    """Which model reads the first documents and posts again, if one does."""

    name: str | None = Field(
        default=None,
        min_length=1,
        description="any sentence-transformers cross-encoder by name or path; none by default",
    )
    first: int = Field(default=50, ge=2, le=200, description="how many it reads")
    budget_ms: int = Field(default=500, ge=1, description="how long it may take for a query")
    device: str | None = Field(default=None, description="'cpu' or 'cuda'; found by default")


class RankingSettings(_Section):
    """What of the ranking is an organisation's to choose."""

    preference: bool = Field(
        default=True,
        description="whether recent documents, and those that others reviewed, approved or "
        "accepted, come a little before others that answer alike",
    )


class ServerSettings(_Section):
    """Where the server listens."""

    host: Annotated[str, AfterValidator(_loopback)] = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65_535)


class ViewerSettings(_Section):
    """Who asks, as long as no identity is configured: one local member."""

    person: str | None = Field(default=None, description="the person's id; none: just a member")
    member: bool = Field(
        default=True, description="false: a guest, who sees what is public and their own groups"
    )


class ClickLogSettings(_Section):
    """Whether it is kept which results are opened, without anybody's name."""

    enabled: bool = Field(default=False, description="whether anything of it is kept")
    days: int = Field(default=180, ge=1, le=3_650, description="after how many it is forgotten")


class Settings(BaseSettings):
    """Everything that can be configured."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=_PREFIX, env_nested_delimiter=_NESTED
    )

    data: Path = Field(
        default_factory=lambda: user_data_path("finder"),
        description="the folder of the catalogue and the indexes",
    )
    language: Literal["fr", "en"] = Field(
        default="fr", description="of texts too short to tell, and of profiles"
    )
    ocr: bool = Field(
        default=False, description="whether Tesseract recognises the text of scanned PDFs"
    )
    excluded_topics: Path | None = Field(
        default=None, description="a TOML file of more topics that are never taken for a skill"
    )
    encoder: EncoderSettings = EncoderSettings()
    ranking: RankingSettings = RankingSettings()
    reranker: RerankerSettings = RerankerSettings()
    server: ServerSettings = ServerSettings()
    viewer: ViewerSettings = ViewerSettings()
    click_log: ClickLogSettings = ClickLogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes over what the constructor is given, which comes from the file."""
        return env_settings, init_settings


def load_settings(file: Path | None = None, *, data: Path | None = None) -> Settings:
    """Read the settings.

    Args:
        file: The TOML file; by default ``finder.toml`` of the current folder, if there is one.
        data: The command line's data folder, over everything else.

    Raises:
        SettingsError: A file, a key or a value is wrong; the message names it.
    """
    _check_environment()
    try:
        settings = Settings(**_read(file))
    except ValidationError as error:
        raise SettingsError("; ".join(map(_complaint, error.errors()))) from error
    return settings if data is None else settings.model_copy(update={"data": data})


def _read(file: Path | None) -> dict[str, Any]:
    if file is None and not DEFAULT_FILE.exists():
        return {}
    path = file or DEFAULT_FILE
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"Cannot read the settings {path}: {error.strerror}.") from error
    except ValueError as error:
        raise SettingsError(f"{path} is not TOML: {error}.") from error
    for key in ("data", "excluded_topics"):
        if isinstance(named := settings.get(key), str):
            settings[key] = path.parent / named
    return settings


def _check_environment() -> None:
    """Tell of variables that nearly name a setting; the others may be another program's."""
    for name in os.environ:
        if not name.upper().startswith(_PREFIX):
            continue
        key = name[len(_PREFIX) :].lower().replace(_NESTED, ".")
        close = get_close_matches(key, _known_keys(Settings), n=1, cutoff=_NEAR)
        # What is under the name of a group of settings is looked at with their values.
        if close and key.partition(".")[0] not in Settings.model_fields:
            meant = _PREFIX + close[0].upper().replace(".", _NESTED)
            raise SettingsError(f"unknown setting {name}; did you mean {meant}?")


def _complaint(error: ErrorDetails) -> str:
    key = ".".join(map(str, error["loc"]))
    if error["type"] != "extra_forbidden":
        return f"setting {key}: {error['msg']}"
    close = get_close_matches(key, _known_keys(Settings), n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"unknown setting {key}{hint}"


def _known_keys(model: type[BaseModel], prefix: str = "") -> list[str]:
    keys = []
    for name, field in model.model_fields.items():
        keys.append(prefix + name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            keys += _known_keys(field.annotation, f"{prefix}{name}.")
    return keys
