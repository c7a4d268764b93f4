import threading

from nnviz.training.control import Command, TrainingControl


def test_a_fresh_control_lets_the_loop_run():
    assert TrainingControl().next_command() is Command.RUN


def test_stop_comes_before_a_pause():
    control = TrainingControl()

    control.pause()
    control.request_stop()

    assert control.next_command() is Command.STOP


def test_each_single_step_is_given_once():
    control = TrainingControl()

    control.run_one_mini_batch()
    control.run_one_mini_batch()

    commands = [control.next_command() for _ in range(3)]
    assert commands == [Command.STEP, Command.STEP, Command.PAUSE]


def test_one_epoch_runs_until_its_end_is_noted():
    control = TrainingControl()
    control.run_one_epoch()
    before = control.next_command()

    control.note_epoch_end()

    assert (before, control.next_command()) == (Command.RUN, Command.PAUSE)


def test_pause_takes_back_what_has_not_begun():
    control = TrainingControl()
    control.run_one_epoch()
    control.run_one_mini_batch()

    control.pause()

    assert control.next_command() is Command.PAUSE


def test_a_snapshot_request_is_taken_once():
    control = TrainingControl()

    control.request_snapshot()

    assert [control.take_snapshot_request() for _ in range(2)] == [True, False]


def test_a_stop_sets_the_flag_that_compiled_loops_read():
    control = TrainingControl()
    before = control.stop_flag.tolist()

    control.request_stop()

    assert (before, control.stop_flag.tolist()) == ([0], [1])
    assert control.stop_requested


def test_stop_wakes_a_waiting_loop():
    control = TrainingControl()
    control.pause()
    control.confirm_pause()
    waiter = threading.Thread(target=control.wait_while_paused)
    waiter.start()

    control.request_stop()
    waiter.join(timeout=10)

    assert not waiter.is_alive()
    assert not control.is_paused


def test_a_pause_before_the_loop_has_noticed_that_it_may_go_on_is_still_its_pause():
    for go_on in (
        TrainingControl.resume,
        TrainingControl.run_one_mini_batch,
        TrainingControl.run_one_epoch,
    ):
        control = TrainingControl()
        control.pause()
        control.confirm_pause()

        go_on(control)
        assert not control.is_paused
        control.pause()

        assert control.is_paused  # the loop waits on, so nobody else would say so


def test_a_loop_that_goes_on_after_its_pause_is_not_paused_by_a_request():
    control = TrainingControl()
    control.pause()
    control.confirm_pause()
    control.resume()
    control.wait_while_paused()

    control.pause()

    assert not control.is_paused
