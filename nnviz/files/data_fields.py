"""What a network file says of the data beside its samples: its name, its classes, its images.

The samples of large data are not in the file; what is said of them tells which data to open.
"""

from dataclasses import dataclass

import numpy as np

from nnviz.engine.arrays import FloatArray
from nnviz.engine.network import NetworkSpec
from nnviz.files.fields import Place

__all__ = ["DataNote", "data_fields", "read_data"]

_MOST_SIDE = 65_536


@dataclass(frozen=True, slots=True)
class DataNote:
    """The data of a network, without its examples.

    ``class_names`` has one for each output, or none; ``image_shape`` is (rows, columns).
    """

    name: str
    note: str = ""
    class_names: tuple[str, ...] = ()
    image_shape: tuple[int, int] | None = None


def data_fields(data: DataNote) -> dict[str, object]:
    """Return the object "data" of a file, without what is empty."""
    fields: dict[str, object] = {"name": data.name}
    if data.note:
        fields["note"] = data.note
    if data.class_names:
        fields["classes"] = list(data.class_names)
    if data.image_shape is not None:
        fields["image"] = list(data.image_shape)
    return fields


def read_data(place: Place, value: object, spec: NetworkSpec, targets: FloatArray) -> DataNote:
    """Return what a file says of the data; with classes, each target must name one.

    Raises NetworkFileError.
    """
    table = place.table(value, ("name",), ("note", "classes", "image"))
    names: tuple[str, ...] = ()
    if "classes" in table:
        here = place.key("classes")
        items = here.sequence(table["classes"], spec.sizes[-1], "one per output")
        names = tuple(here.item(index).text(item) for index, item in enumerate(items))
        if not is_one_hot(targets):
            here.fail("are given, but not every sample's target is 1 for one of them and else 0.")
    shape = None
    if "image" in table:
        here = place.key("image")
        sides = here.sequence(table["image"], 2, "rows and columns")
        rows, columns = (here.item(index).whole(side) for index, side in enumerate(sides))
        if not (1 <= min(rows, columns) <= _MOST_SIDE and rows * columns == spec.sizes[0]):
            here.fail(f"is {rows} × {columns}, but there are {spec.sizes[0]} inputs.")
        shape = rows, columns
    note = place.key("note").text(table["note"]) if "note" in table else ""
    return DataNote(place.key("name").text(table["name"]), note, names, shape)


def is_one_hot(targets: FloatArray) -> bool:
    """Whether each row is 1 for one class and 0 for the others; so it is of no rows."""
    if not len(targets):
        return True
    whole = ((targets == 0) | (targets == 1)).all()
    return bool(whole and (np.sum(targets, axis=1) == 1).all())
