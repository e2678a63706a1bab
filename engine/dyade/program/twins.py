"""What do pydantic's models of our parts say? Twins of the parts, made where data must be judged or a schema written.

Importing pydantic and building its models costs more than reading a program, so a command that finds a file sound does
without: `shape` has judged it, and `part` makes it. That both agree is tested.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Annotated, Any, ForwardRef, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic import Field as PydanticField

from dyade.program.part import OTHERS, Before, Field, Misshapen, Part, hints

Schema = dict[str, Any]


class Twin(BaseModel):
    """A part, as pydantic has it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)

    @model_validator(mode="after")
    def _others(self) -> Twin:
        """JSON Schema has no word for how many keys there are beside those that are known."""
        extra = self.model_config.get("json_schema_extra")
        wanted = extra.get("x-others") if isinstance(extra, dict) else None
        if wanted is not None and len(self.model_extra or {}) != wanted:
            raise ValueError("another number of keys")
        return self


def judge(part: type[Part], data: Any) -> None:
    """Hold data against pydantic's model of a part; raise `Misshapen` with every place at fault."""
    try:
        twin(part).model_validate(data)
    except ValidationError as error:
        told = error.errors(include_url=False, include_context=False)
        raise Misshapen(*((problem["loc"], problem["input"]) for problem in told)) from None


def schema_of(part: type[Part]) -> Schema:
    """What pydantic writes of a part as JSON Schema."""
    return twin(part).model_json_schema(by_alias=True)


def twin(part: type[Part]) -> type[BaseModel]:
    """The model of a part; all those of its module are made together, since they hold one another."""
    return _twins(part.__module__)[part.__name__]


@cache
def _twins(module: str) -> Mapping[str, type[BaseModel]]:
    found = vars(import_module(module)).values()
    parts = [kind for kind in found if isinstance(kind, type) and issubclass(kind, Part) and kind.__module__ == module]
    made: dict[str, type[BaseModel]] = {}
    for part in parts:
        made[part.__name__] = _made(part, made)
    for model in made.values():
        model.model_rebuild(force=True, _types_namespace=made)
    return made


def _made(part: type[Part], made: Mapping[str, type[BaseModel]]) -> type[BaseModel]:
    own = {name: hint for name, hint in hints(part).items() if name in inspect.get_annotations(part)}
    space: dict[str, Any] = {"__doc__": part.__doc__, "__module__": __name__}
    if part.model_schema or OTHERS in own:
        extra: Any = "allow" if OTHERS in own else "forbid"
        space["model_config"] = ConfigDict(extra=extra, json_schema_extra=dict(part.model_schema))
    if OTHERS in own:
        space["__pydantic_extra__"] = PydanticField(init=False)
        own = {"__pydantic_extra__": own.pop(OTHERS), **own}
    space["__annotations__"] = {name: _told(hint) for name, hint in own.items()}
    for name in own.keys() & part.__dict__.keys():
        default = part.__dict__[name]
        space[name] = made[type(default).__name__].model_construct() if isinstance(default, Part) else default
    bases = tuple(made.get(base.__name__, Twin) for base in part.__bases__)
    made_so: type[BaseModel] = types.new_class(part.__name__, bases, exec_body=lambda body: body.update(space))
    return made_so


def _told(hint: Any) -> Any:
    """A type, with what stands beside it in pydantic's own words; parts are named, since they hold one another."""
    origin, inside = get_origin(hint), get_args(hint)
    if isinstance(hint, type) and issubclass(hint, Part):
        return ForwardRef(hint.__name__)
    if origin is Annotated:
        return Annotated[(_told(inside[0]), *map(_mark, inside[1:]))]
    if origin in (Union, types.UnionType):
        return Union[tuple(map(_told, inside))]  # noqa: UP007 (as many as there are)
    return origin[tuple(map(_told, inside))] if origin in (list, dict) else hint


def _mark(mark: Any) -> Any:
    if isinstance(mark, Before):
        return BeforeValidator(mark.function, json_schema_input_type=_told(mark.written))
    return PydanticField(**mark.says) if isinstance(mark, Field) else mark
