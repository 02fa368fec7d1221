"""Reads the TOML files that a council edits, and says plainly what is wrong in one."""

from __future__ import annotations

import difflib
import reprlib
import tomllib
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

SHIPPED = Path(__file__).parent
"""Where the files that come with Chapterwatch lie."""
MOST_PROBLEMS = 5
"""So many problems of one file are told at once."""


class ConfigError(Exception):
    """A setting or a file that can't be used. Its text names the file or variable, and what would be right."""


class FileModel(BaseModel):
    """The base of every file's model: unknown keys are errors, values don't change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=FileModel)


def load_toml(path: Path, model: type[Model]) -> Model:
    """The file at ``path`` as a ``model``. Raises ConfigError, naming the file and the key or line at fault."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    try:
        return model.model_validate(document)
    except ValidationError as error:
        problems = [_problem(each, model) for each in _innermost(error.errors())]
        more = f"; and {len(problems) - MOST_PROBLEMS} more" if len(problems) > MOST_PROBLEMS else ""
        raise ConfigError(f"{path}: {'; '.join(problems[:MOST_PROBLEMS])}{more}") from None


def _innermost(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without those that only say that something inside them is wrong."""
    return [
        each
        for each in errors
        if not any(other["loc"][: len(each["loc"])] == each["loc"] and other is not each for other in errors)
    ]


def _problem(error: ErrorDetails, model: type[BaseModel]) -> str:
    """One pydantic error as a phrase: where it stands, what is wrong, what would be right."""
    where = ".".join(str(step) for step in error["loc"])
    if error["type"] == "extra_forbidden":
        known = _known_keys(model, error["loc"][:-1])
        near = difflib.get_close_matches(str(error["loc"][-1]), known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known keys here: {', '.join(sorted(known))}"
        return f"unknown key {where!r}; {hint}"
    if error["type"] == "missing":
        return f"{where!r} is missing"
    return f"{where!r}: {error['msg'].removeprefix('Value error, ')} (it is {reprlib.repr(error['input'])})"


def _known_keys(model: type[BaseModel], steps: tuple[int | str, ...]) -> list[str]:
    """The keys that may stand at ``steps``: follows fields, and what lists and tables hold."""
    current: Any = model
    for step in steps:
        if _is_model(current):
            field = current.model_fields.get(str(step))
            current = field.annotation if field else None
        else:
            current = _held_by(current)
    while current is not None and not _is_model(current):
        current = _held_by(current)
    return list(current.model_fields) if current is not None else []


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _held_by(annotation: Any) -> Any:
    """What a list, a tuple, a table or an optional value holds; None for a plain value."""
    inner = [each for each in get_args(annotation) if each not in (type(None), ...)]
    return inner[-1] if inner else None
