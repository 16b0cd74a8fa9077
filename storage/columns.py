"""Column types that mean the same on every engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Dialect, Integer, literal
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, stored as whole microseconds since 1970: exact, sortable, and the same on every engine."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's
        """A datetime as SQLAlchemy hands it over, as a number."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002 - the same
        """A number as the database hands it over, as a datetime."""
        return None if value is None else _EPOCH + value * _MICROSECOND


def row_id() -> TypeEngine[int]:
    """64 bits; SQLite gives out row ids for `INTEGER` keys alone."""
    return BigInteger().with_variant(Integer(), "sqlite")


def moment(value: datetime) -> BindParameter[datetime]:
    """A datetime inside an expression, where SQLAlchemy can't see that it stands for a `Moment`."""
    return literal(value, Moment())
