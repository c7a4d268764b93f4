"""Two loops over rows, in vector registers: what the time of a training run goes to.

Left to the compiler, a loop over run-time widths checks at every call whether arrays overlap, and
loads and stores the sum again for every few rows. Here LLVM is told what to do: vectors of LANES
numbers, blocks of at most eight of them that stay in registers over all rows. LLVM makes the best
of them that a processor has (AVX2 takes each at once, SSE in two halves, NEON too). Nothing is
checked: the widths are multiples of LANES, the arrays contiguous along a row, the indices right.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from nnviz.compiling.jit import uncounted
from nnviz.engine.arrays import FloatArray, IntArray
from nnviz.training.layout import LANES

__all__ = ["add_to_rows", "sum_rows"]

_FLOAT, _INDEX = ir.FloatType(), ir.IntType(64)
_VECTOR = ir.VectorType(_FLOAT, LANES)
_ALIGNMENT = 4
"""Of the vectors, in bytes: rows begin anywhere, and processors no longer mind."""


@uncounted
def sum_rows(
    total: FloatArray, matrix: FloatArray, rows: IntArray, values: FloatArray, count: int
) -> None:
    """Add Σ values[p] · matrix[rows[p]] over p < count to ``total``.

    The rows are summed before the one addition: added one by one, each would be rounded to the
    precision of the total.
    """
    first, width = 0, total.shape[0]
    while first + 8 * LANES <= width:
        _sum_8(total, matrix, rows, values, count, first)
        first += 8 * LANES
    if first + 4 * LANES <= width:
        _sum_4(total, matrix, rows, values, count, first)
        first += 4 * LANES
    if first + 2 * LANES <= width:
        _sum_2(total, matrix, rows, values, count, first)
        first += 2 * LANES
    if first < width:
        _sum_1(total, matrix, rows, values, count, first)


@uncounted
def add_to_rows(
    matrix: FloatArray, rows: IntArray, values: FloatArray, count: int, addend: FloatArray
) -> None:
    """Add values[p] · addend to matrix[rows[p]] for every p < count."""
    first, width = 0, addend.shape[0]
    while first + 8 * LANES <= width:
        _add_8(addend, matrix, rows, values, count, first)
        first += 8 * LANES
    if first + 4 * LANES <= width:
        _add_4(addend, matrix, rows, values, count, first)
        first += 4 * LANES
    if first + 2 * LANES <= width:
        _add_2(addend, matrix, rows, values, count, first)
        first += 2 * LANES
    if first < width:
        _add_1(addend, matrix, rows, values, count, first)


class _Block:
    """The code for some columns of a matrix: ``vectors`` of LANES numbers from ``first`` on."""

    def __init__(
        self, context: Any, builder: Any, kinds: tuple[Any, ...], arguments: tuple[Any, ...]
    ) -> None:
        arrays = [
            context.make_array(kind)(context, builder, argument)
            for kind, argument in zip(kinds[:4], arguments[:4], strict=True)
        ]
        self._builder = builder
        self._row, self._matrix, self._rows, self._values = (each.data for each in arrays)
        self._stride = cgutils.unpack_tuple(builder, arrays[1].strides)[0]
        self.count, self._first = arguments[4:]

    def row_vectors(self, vectors: int) -> list[Any]:
        """Return pointers to the vectors of the single row."""
        return self._vectors(self._row, vectors)

    def matrix_vectors(self, place: Any, vectors: int) -> list[Any]:
        """Return pointers to the vectors of the matrix row whose number is at ``place``."""
        index = self._builder.load(self._builder.gep(self._rows, [place]))
        offset = self._builder.mul(self._builder.zext(index, _INDEX), self._stride)
        matrix = self._builder.ptrtoint(self._matrix, _INDEX)
        row = self._builder.inttoptr(self._builder.add(matrix, offset), _FLOAT.as_pointer())
        return self._vectors(row, vectors)

    def value(self, place: Any) -> Any:
        """Return the value at ``place`` in every lane."""
        value = self._builder.load(self._builder.gep(self._values, [place]))
        empty = ir.Constant(_VECTOR, ir.Undefined)
        one = self._builder.insert_element(empty, value, ir.Constant(ir.IntType(32), 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return self._builder.shuffle_vector(one, empty, zeros)

    def load(self, pointer: Any) -> Any:
        """Return a vector."""
        return self._builder.load(pointer, align=_ALIGNMENT)

    def store(self, vector: Any, pointer: Any) -> None:
        """Write a vector."""
        self._builder.store(vector, pointer, align=_ALIGNMENT)

    def multiplied_and_added(self, a: Any, b: Any, c: Any) -> Any:
        """Return a · b + c, in one instruction where there is one."""
        product = self._builder.fmul(a, b, flags=("contract",))
        return self._builder.fadd(product, c, flags=("contract",))

    def _vectors(self, row: Any, vectors: int) -> list[Any]:
        start = self._builder.gep(row, [self._first])
        pointers = [
            self._builder.gep(start, [ir.Constant(_INDEX, LANES * each)]) for each in range(vectors)
        ]
        return [self._builder.bitcast(each, _VECTOR.as_pointer()) for each in pointers]


def _sum_of(vectors: int) -> Callable[..., None]:
    """Return ``sum_rows`` for a block of so many vectors.

    Sums that follow each other wait for each other, so that narrow blocks sum several rows side by
    side: there are always eight sums.
    """
    side_by_side = 8 // vectors

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        block = _Block(context, builder, signature.args, arguments)
        sums = [cgutils.alloca_once(builder, _VECTOR) for _ in range(8)]
        for each in sums:
            builder.store(ir.Constant(_VECTOR, [0.0] * LANES), each)

        def add_row(place: Any, lane: int) -> None:
            value = block.value(place)
            pointers = block.matrix_vectors(place, vectors)
            for pointer, each in zip(pointers, sums[lane * vectors :], strict=False):
                added = block.multiplied_and_added(value, block.load(pointer), builder.load(each))
                builder.store(added, each)

        step = ir.Constant(_INDEX, side_by_side)
        groups = builder.udiv(block.count, step)
        with cgutils.for_range(builder, groups) as group:
            place = builder.mul(group.index, step)
            for lane in range(side_by_side):
                add_row(builder.add(place, ir.Constant(_INDEX, lane)), lane)
        with cgutils.for_range(builder, builder.urem(block.count, step)) as rest:
            add_row(builder.add(builder.mul(groups, step), rest.index), 0)
        for number, pointer in enumerate(block.row_vectors(vectors)):
            total = builder.load(sums[number])
            for lane in range(1, side_by_side):
                total = builder.fadd(total, builder.load(sums[lane * vectors + number]))
            block.store(builder.fadd(block.load(pointer), total), pointer)
        return context.get_dummy_value()

    return _intrinsic(generate)


def _add_of(vectors: int) -> Callable[..., None]:
    """Return ``add_to_rows`` for a block of so many vectors."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        block = _Block(context, builder, signature.args, arguments)
        addends = [block.load(pointer) for pointer in block.row_vectors(vectors)]
        with cgutils.for_range(builder, block.count) as row:
            value = block.value(row.index)
            pointers = block.matrix_vectors(row.index, vectors)
            for pointer, addend in zip(pointers, addends, strict=True):
                added = block.multiplied_and_added(value, addend, block.load(pointer))
                block.store(added, pointer)
        return context.get_dummy_value()

    return _intrinsic(generate)


def _intrinsic(generate: Callable[..., Any]) -> Callable[..., None]:
    """Return what compiled code calls with (row, matrix, rows, values, count, first)."""

    @intrinsic  # type: ignore[untyped-decorator]
    def block(
        context: Any, row: Any, matrix: Any, rows: Any, values: Any, count: Any, first: Any
    ) -> Any:
        return types.void(row, matrix, rows, values, types.int64, types.int64), generate

    return block


_sum_1, _sum_2, _sum_4, _sum_8 = (_sum_of(vectors) for vectors in (1, 2, 4, 8))
_add_1, _add_2, _add_4, _add_8 = (_add_of(vectors) for vectors in (1, 2, 4, 8))
