"""Settings: from the environment, else from `roundtable.toml` in the working directory, else their defaults."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.credentials import mistaken
from bot.errors import SettingsError
from bot.model import PlatformName

FILE = "roundtable.toml"


class Settings(BaseSettings):
    """Every setting, by its name in lower case. `load` reads them; each one's description is its documentation."""

    model_config = SettingsConfigDict(
        extra="ignore", env_ignore_empty=True, toml_file=FILE, hide_input_in_errors=True, frozen=True
    )

    discord_token: SecretStr | None = Field(default=None, description="The Discord bot's token. Unset: no Discord.")
    discord_api_url: str | None = Field(
        default=None, description="Another address for Discord's API: a proxy or the sandbox."
    )
    discord_gateway_url: str | None = Field(default=None, description="Another address for Discord's gateway.")

    slack_bot_token: SecretStr | None = Field(
        default=None, description="The Slack bot's token (xoxb-…). Unset: no Slack."
    )
    slack_app_token: SecretStr | None = Field(
        default=None, description="The app-level token (xapp-…) for Socket Mode, which needs no public address."
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None, description="The signing secret, for signed HTTP in place of Socket Mode (with SLACK_HTTP_PORT)."
    )
    slack_user_token: SecretStr | None = Field(
        default=None,
        description="An admin's user token (xoxp-…): lets a message that needs masking give way to a masked one.",
    )
    slack_api_url: str | None = Field(
        default=None, description="Another address for Slack's API: a proxy or the sandbox."
    )
    slack_admins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Ids of Slack users who may publish beside workspace admins and owners, with commas."
    )
    slack_http_host: str = Field(default="127.0.0.1", description="Where signed HTTP listens.")
    slack_http_port: int | None = Field(default=None, description="Port of signed HTTP. Unset: Socket Mode.")

    database_url: str = Field(
        default="sqlite:///roundtable.sqlite3",
        description="Where everything is kept: sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    channels: Annotated[tuple[tuple[PlatformName, str], ...], NoDecode] = Field(
        default=(), description="Channels that join the board main at start: discord:ID,slack:ID."
    )
    fetch_allow: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        default=(), description="Private networks that articles may be fetched from, with commas: 10.1.0.0/16."
    )
    largest_file: int = Field(
        default=8_000_000,
        ge=0,
        le=100_000_000,
        description="Attachments up to this many bytes are carried over; others linked.",
    )
    keep_originals_days: int = Field(
        default=30, ge=0, le=365, description="For how many days moderators may see what was written before masking."
    )
    masking: Literal["mild", "strong", "slur"] = Field(default="mild", description="The mildest words that are masked.")
    mask_style: Literal["letters", "first", "token"] = Field(
        default="letters", description="How a mask is drawn: all letters, all but the first, or a fixed token."
    )
    web_host: str = Field(default="127.0.0.1", description="Where the page listens: pages, health and metrics.")
    web_port: int | None = Field(default=None, ge=0, le=65_535, description="Port of the page. Unset: no page.")
    web_url: str | None = Field(
        default=None,
        description="The page's public address, https://talk.example.org, for links to it. Unset: where it listens.",
    )
    web_title: str = Field(
        default="Roundtable", min_length=1, max_length=60, description="The site's name on the page."
    )
    log_format: Literal["text", "json"] = Field(default="text", description="How the log is written to stderr.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="How much is logged.")

    crash_at: str | None = Field(
        default=None, description="For tests alone: kill the process at a named point, POINT or POINT:TIMES."
    )

    @field_validator("discord_token", "slack_bot_token", "slack_app_token", "slack_user_token", "slack_signing_secret")
    @classmethod
    def _in_its_place(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        wrong = None if value is None else mistaken(str(info.field_name), value.get_secret_value())
        if wrong is not None:
            raise ValueError(wrong)
        return value

    @field_validator("slack_admins", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        return _split(value)

    @field_validator("channels", mode="before")
    @classmethod
    def _channels(cls, value: object) -> object:
        pairs = []
        for item in _split(value):
            platform, colon, channel = item.partition(":")
            if not colon or platform not in {"discord", "slack"} or not channel:
                raise ValueError(f"write discord:ID or slack:ID, with commas between, not {item!r}")
            pairs.append((platform, channel))
        return tuple(pairs)

    @field_validator("fetch_allow", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        try:
            return tuple(ip_network(item) for item in _split(value))
        except ValueError:
            raise ValueError("write networks such as 10.1.0.0/16 or fd00::/8, with commas between") from None

    @field_validator("web_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        if value is not None and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query):
            raise ValueError("write a whole address, such as https://talk.example.org")
        return None if value is None else value.rstrip("/")

    @property
    def keep_originals(self) -> timedelta:
        """`keep_originals_days` as a span."""
        return timedelta(days=self.keep_originals_days)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment before the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load() -> Settings:
    """The settings; raises `SettingsError` with one line that names the first one that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"][:1]).upper()
        raise SettingsError(f"{name}: {first['msg'].removeprefix('Value error, ')}") from None
    except ValueError as error:
        raise SettingsError(f"{FILE}: {error}") from None


def _split(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(item.strip() for item in value.split(",") if item.strip())
    if isinstance(value, list | tuple):
        return tuple(str(item) for item in value)
    raise ValueError("write a list, with commas between")
