"""Rows and blocks of rows that record arithmetic instead of doing it.

NumPy hands every operation on a `Row` to it (`__array_ufunc__`, `__array_function__`). So the
model's own code, written for arrays, builds a `Graph` when it runs on rows. An unknown operation
raises TracingError with the function and line that used it, so nothing is left out unnoticed.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scenario_sim.model import special_functions
from scenario_sim.model.kernel.graph import MASK_OPS, Graph

BINARY = {
    "add": "add", "subtract": "sub", "multiply": "mul", "divide": "div", "true_divide": "div",
    "minimum": "min", "maximum": "max", "less": "lt", "less_equal": "le", "greater": "gt",
    "greater_equal": "ge", "equal": "eq", "bitwise_and": "and", "bitwise_or": "or",
    "bitwise_xor": "xor", "logical_and": "and", "logical_or": "or",
}  # fmt: skip
UNARY = {"negative": "neg", "floor": "floor", "sqrt": "sqrt"}
CONSTANT_FOLDS: dict[str, Callable] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b, "min": min, "max": max, "neg": lambda a: -a, "sqrt": math.sqrt,
}  # fmt: skip
SPECIAL_FUNCTIONS = {  # replaced by plain arithmetic
    "exp": special_functions.exp,
    "log": special_functions.log,
    "expit": special_functions.expit,
    "ndtr": special_functions.normal_cdf,
    "ndtri": special_functions.normal_quantile,
}
DTYPES = {np.dtype(np.float64): "f64", np.dtype(np.float32): "f32", np.dtype(np.int64): "i64",
          np.dtype(np.int32): "i32", np.dtype(float): "f64"}  # fmt: skip


class TracingError(TypeError):
    """An operation of the model that the compiler does not know."""


def tracing_error(what: str) -> TracingError:
    """Return an error that names the function and line of the model that used `what`."""
    frame, here = sys._getframe(1), Path(__file__).parent
    while frame.f_back and (
        Path(frame.f_code.co_filename).parent == here or "numpy" in frame.f_code.co_filename
    ):
        frame = frame.f_back
    code = frame.f_code
    place = f"{code.co_name} ({Path(code.co_filename).name}, line {frame.f_lineno})"
    return TracingError(f"{place} cannot be compiled: {what}")


class Row:
    """One value of every run, as a node of a graph."""

    __slots__ = ("graph", "place")
    if TYPE_CHECKING:  # every operator of NumPy, below

        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, graph: Graph, place: int):
        self.graph, self.place = graph, place

    @property
    def dtype(self) -> str:
        return self.graph.nodes[self.place].dtype

    # --- NumPy's protocols ----------------------------------------------------------------------

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, where=True, **options):
        if method != "__call__" or options:
            raise tracing_error(f"{ufunc.__name__}.{method} of a row over runs")
        if any(isinstance(x, Rows) for x in (*inputs, where)):
            return Rows.apply(ufunc, inputs, out, where)
        result = operation(self.graph, ufunc.__name__, inputs)
        if where is True:
            return result
        if out is None or self.graph.value(as_row(self.graph, out[0]).place) != 0.0:
            raise tracing_error("where= needs out=np.zeros_like(...), the value elsewhere")
        return result.only_where(as_row(self.graph, where))

    def __array_function__(self, function, types, args, kwargs):
        if function in (np.zeros_like, np.ones_like):
            return constant(self.graph, 0.0 if function is np.zeros_like else 1.0)
        if function is np.where and not any(isinstance(x, Rows) for x in args):
            return select_where(self.graph, *args)
        if function is np.where:
            return Rows.choose(*args)
        raise tracing_error(f"np.{function.__name__} of a row over runs")

    # --- types ----------------------------------------------------------------------------------

    def astype(self, dtype) -> Row:
        """Return the values as another type."""
        to = DTYPES[np.dtype(dtype)]
        if to == self.dtype:
            return self
        if (self.dtype, to) not in CONVERSIONS:
            raise tracing_error(f"a conversion from {self.dtype} to {to}")
        return self._new("convert", (self.place,), to)

    def view(self, dtype) -> Row:
        """Return the bits as another type of the same size."""
        to = DTYPES[np.dtype(dtype)]
        if to[1:] != self.dtype[1:]:
            raise tracing_error(f"a view of {self.dtype} as {to}")
        return self._new("bits", (self.place,), to)

    def only_where(self, mask: Row) -> Row:
        """Return the values where the mask holds, else 0. They are computed only where needed."""
        return self._new("guard", (mask.place, self.place), self.dtype)

    def _new(self, op: str, args: tuple, dtype: str) -> Row:
        return Row(self.graph, self.graph.add(op, args, dtype))

    def __lshift__(self, bits: int) -> Row:
        return self._new("shl", (self.place, bits), self.dtype)

    def __rshift__(self, bits: int) -> Row:
        return self._new("shr", (self.place, bits), self.dtype)

    def __neg__(self) -> Row:
        return operation(self.graph, "negative", (self,))

    def __invert__(self) -> Row:
        if self.dtype != "mask":
            raise tracing_error(f"~ of {self.dtype}")
        return self._new("not", (self.place,), "mask")

    def __bool__(self) -> bool:
        raise tracing_error("it branches on a row over runs; use np.where")

    def __float__(self) -> float:
        raise tracing_error("it takes a row over runs as one number")

    __int__ = __index__ = __iter__ = __len__ = __float__
    __hash__ = object.__hash__


# The conversions between types that are known. A 32-bit word is an "i32" of either sign.
CONVERSIONS = {("mask", "f64"), ("i64", "f64"), ("i32", "f32"), ("f32", "f64"), ("f64", "f32"),
               ("i32", "i64"), ("i64", "i32")}  # fmt: skip


def constant(graph: Graph, value: float | int, dtype: str = "f64") -> Row:
    """Return a constant as a row."""
    return Row(graph, graph.constant(value, dtype))


def as_row(graph: Graph, value: Any, dtype: str = "f64") -> Row:
    """Return a row, or a number as a constant row."""
    if isinstance(value, Row):
        return value
    if isinstance(value, (bool, np.bool_)):
        raise tracing_error("a fixed truth value in arithmetic over runs")
    if isinstance(value, (int, float, np.number)) or (
        isinstance(value, np.ndarray) and value.ndim == 0
    ):
        return constant(graph, value.item() if isinstance(value, (np.number, np.ndarray)) else value,
                        dtype)  # fmt: skip
    raise tracing_error(f"{type(value).__name__} in arithmetic over runs")


def operation(graph: Graph, ufunc: str, inputs: Sequence) -> Row:
    """Return one operation on rows and numbers."""
    if ufunc in SPECIAL_FUNCTIONS:
        return SPECIAL_FUNCTIONS[ufunc](as_number(graph, inputs[0]))
    if ufunc == "pdtr":
        return special_functions.poisson_cdf(inputs[0], as_number(graph, inputs[1]))
    if ufunc in ("right_shift", "left_shift"):
        return (
            inputs[0] >> int(inputs[1]) if ufunc == "right_shift" else inputs[0] << int(inputs[1])
        )
    if ufunc == "logical_not":
        return ~inputs[0]
    op = BINARY.get(ufunc) or UNARY.get(ufunc)
    if op is None:
        raise tracing_error(f"np.{ufunc} of a row over runs")
    if all(isinstance(x, Row) and x.dtype == "mask" for x in inputs):
        op = {"mul": "and", "and": "and", "or": "or"}.get(op, "")
        if not op:  # NumPy's bool + bool is an "or", which a sum of numbers is not
            raise tracing_error(f"np.{ufunc} of two comparisons; multiply one by 1.0 first")
    rows = _of_one_type(graph, op, inputs)
    if len(rows) == 2 and (simpler := _simplified(graph, op, *rows)) is not None:
        return simpler
    values = [graph.value(row.place) for row in rows]
    if op in CONSTANT_FOLDS and None not in values and rows[0].dtype == "f64":
        return constant(graph, CONSTANT_FOLDS[op](*values))
    dtype = (
        "mask"
        if op in MASK_OPS and (op not in ("and", "or") or rows[0].dtype == "mask")
        else rows[0].dtype
    )
    return Row(graph, graph.add(op, tuple(row.place for row in rows), dtype))


def as_number(graph: Graph, value: Any) -> Row:
    """Return a row of numbers: a mask as 0 and 1."""
    row = as_row(graph, value)
    return row.astype(np.float64) if row.dtype == "mask" else row


def _of_one_type(graph: Graph, op: str, inputs: Sequence) -> list[Row]:
    """Return the inputs as rows of one type: a number takes the type of the row beside it."""
    dtypes = {x.dtype for x in inputs if isinstance(x, Row)}
    if len(dtypes) == 1 and (dtypes != {"mask"} or op in ("and", "or")):
        (dtype,) = dtypes
        return [x if isinstance(x, Row) else as_row(graph, x, dtype) for x in inputs]
    single = {"f32"} if any(isinstance(x, np.float32) for x in inputs) else set()
    kinds = dtypes - {"mask"} or single or {"f64"}
    if len(kinds) > 1:
        raise tracing_error(f"{op} of {' and '.join(sorted(kinds))}")
    (dtype,) = kinds
    rows = [as_row(graph, x, dtype) for x in inputs]
    return [row.astype(np.float64) if row.dtype == "mask" else row for row in rows]


def _simplified(graph: Graph, op: str, left: Row, right: Row) -> Row | None:
    """Return one operand if the other is neutral, x * 1 or x + 0; only a zero's sign may differ."""
    neutral = {"mul": 1.0, "add": 0.0}.get(op)
    if neutral is not None and graph.value(left.place) == neutral:
        return right
    if neutral is not None and graph.value(right.place) == neutral:
        return left
    return None


def select_where(graph: Graph, mask, yes, no) -> Row:
    """Return `yes` where the mask holds, else `no`."""
    mask = as_row(graph, mask)
    if mask.dtype != "mask":
        raise tracing_error("np.where needs a comparison, not a number, as its first argument")
    rows = _of_one_type(graph, "where", [yes, no])
    return Row(graph, graph.add("where", (mask.place, *(r.place for r in rows)), rows[0].dtype))


class Rows:
    """A block of rows, (rows, runs), in place of an array with two axes."""

    def __init__(self, rows: Sequence[Row]):
        self.rows = list(rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self):
        return iter(self.rows)

    def __getitem__(self, at):
        if isinstance(at, (int, np.integer)):
            return self.rows[at]
        return Rows(self.rows[at] if isinstance(at, slice) else [self.rows[n] for n in at])

    def __setitem__(self, at, values) -> None:
        places = [at] if isinstance(at, (int, np.integer)) else list(at)
        rows = [values] if isinstance(values, Row) else list(values)
        for place, row in zip(places, rows, strict=True):
            self.rows[place] = row

    def __neg__(self) -> Rows:
        return Rows([-row for row in self.rows])

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, where=True, **options):
        if method == "reduce" and options.get("axis", 0) == 0:
            total, *others = inputs[0].rows
            for row in others:
                total = ufunc(total, row)
            return total
        if method != "__call__" or options:
            raise tracing_error(f"{ufunc.__name__}.{method} of rows over runs")
        return Rows.apply(ufunc, inputs, out, where)

    def __array_function__(self, function, types, args, kwargs):
        if function in (np.zeros_like, np.ones_like):
            return Rows([function(row) for row in args[0].rows])
        if function is np.where:
            return Rows.choose(*args)
        raise tracing_error(f"np.{function.__name__} of rows over runs")

    @staticmethod
    def apply(ufunc, inputs: Sequence, out, where) -> Rows:
        """Apply a ufunc row by row."""
        rows = []
        for n in range(_length(*inputs, where)):
            options: dict[str, Any] = {} if where is True else {"where": _at(where, n)}
            if out is not None:
                options["out"] = (_at(out[0], n),)
            rows.append(_call(ufunc, [_at(x, n) for x in inputs], options))
        return Rows(rows)

    @staticmethod
    def choose(mask, yes, no) -> Rows:
        """Apply np.where row by row."""
        count = _length(mask, yes, no)
        return Rows([np.where(_at(mask, n), _at(yes, n), _at(no, n)) for n in range(count)])


def _length(*blocks) -> int:
    (count,) = {len(x) for x in blocks if isinstance(x, Rows)}
    return count


def _at(block, n: int):
    """Return row n of a block; a row or a number stands for every row."""
    if isinstance(block, Rows):
        return block.rows[n]
    if isinstance(block, np.ndarray) and block.ndim == 2:
        return block[n if len(block) > 1 else 0, 0]
    return block


def _call(ufunc, inputs: Sequence, options: dict[str, Any]):
    """Call a ufunc on rows directly, because NumPy takes only an array as `out`."""
    row = next(x for x in (*inputs, *options.values()) if isinstance(x, Row))
    return row.__array_ufunc__(ufunc, "__call__", *inputs, **options)


class _Operators(np.lib.mixins.NDArrayOperatorsMixin):
    """NumPy's operators, each of which calls the ufunc of its name."""


def _between_rows(ufunc: str, form: Callable) -> Callable:
    """Return an operator that skips NumPy's dispatch if both sides are rows or plain numbers."""

    def operator(self: Row, other: Any) -> Any:
        if type(other) in (Row, float, int):
            return operation(self.graph, ufunc, (self, other))
        return form(self, other)

    return operator


for _name, _ufunc in (
    ("add", "add"), ("sub", "subtract"), ("mul", "multiply"), ("truediv", "divide"),
    ("and", "bitwise_and"), ("or", "bitwise_or"), ("xor", "bitwise_xor"), ("lt", "less"),
    ("le", "less_equal"), ("gt", "greater"), ("ge", "greater_equal"), ("eq", "equal"),
):  # fmt: skip
    _form = getattr(_Operators, f"__{_name}__")
    setattr(Row, f"__{_name}__", _between_rows(_ufunc, _form))
    setattr(Rows, f"__{_name}__", _form)
    if hasattr(_Operators, f"__r{_name}__"):
        setattr(Row, f"__r{_name}__", getattr(_Operators, f"__r{_name}__"))
        setattr(Rows, f"__r{_name}__", getattr(_Operators, f"__r{_name}__"))
