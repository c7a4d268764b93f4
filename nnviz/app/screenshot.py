"""``nnviz screenshot``: one picture of the real main window, without a display."""

from nnviz.app.studio import Studio  # first: it chooses the platform that needs no display

# isort: split
from functools import partial

from nnviz.app.arguments import ScreenshotArguments
from nnviz.app.main import open_workspace
from nnviz.stores.display_store import StepView

__all__ = ["take_screenshot"]


def take_screenshot(arguments: ScreenshotArguments) -> int:
    """Draw and save the picture; return the exit code. Raises NnvizError for what cannot be."""
    start = partial(open_workspace, arguments.preset, arguments.network, arguments.data_dir)
    studio = Studio(start, arguments.theme, arguments.size)
    try:
        if arguments.learning_rate is not None:
            studio.choose_learning_rate(arguments.learning_rate)
        if arguments.train > 0:
            studio.train(arguments.train)
        if arguments.again is not None:
            studio.train_again(arguments.again, arguments.train)
        if arguments.back_to is not None:
            studio.go_back_to(arguments.back_to)
        if arguments.freeze:
            studio.freeze(arguments.freeze)
        elif not studio.workspace.frozen.is_open:  # a run that diverges opens its mini-batch
            studio.choose_example(arguments.example)
            studio.choose_mini_batch(arguments.mini_batch)
        studio.workspace.display.set_view(StepView(arguments.view))
        studio.draw_edges(arguments.edges)
        studio.show(arguments.step, arguments.granularity, arguments.select)
        if arguments.mistake is not None:
            studio.run_with(arguments.mistake)
        if arguments.what_if is not None:
            studio.change(arguments.what_if)
        if arguments.second_example is not None or arguments.second_weights != "current":
            studio.show_second(arguments.second_example, arguments.second_weights)
        if arguments.compare:
            studio.compare()
        studio.window.dock(arguments.panel).raise_()
        if arguments.running:
            studio.train_on()
        studio.save(arguments.output)
    finally:
        studio.close()
    return 0
