"""What ``nnviz train --preset`` puts in the place of the options that nobody gave."""

__all__ = ["preset_defaults"]


def preset_defaults(name: str, optimizer: str | None) -> dict[str, object]:
    """Return a preset for MNIST as defaults of the command's options.

    With another ``optimizer`` than the preset's, what belongs to that one is left out: its
    hyperparameters, and the learning rate, which is of the size of its steps.
    """
    from nnviz.presets.presets import preset_named  # late: it imports numpy

    preset = preset_named(name)
    spec, config = preset.spec, preset.config
    found: dict[str, object] = {
        "layers": spec.sizes,
        "output_activation": spec.activations[-1],
        "cost": spec.cost,
        "initialiser": preset.initialiser,
        "epochs": config.epochs,
        "mini_batch_size": config.mini_batch_size,
        "l2": config.l2,
        "train_size": config.train_size,
        "validation_size": config.validation_size,
        "patience": config.patience,
        "keep_best": config.keep_best,
        "seed": config.seed,
        "schedule": config.schedule.name,
        "warm_up": config.schedule.warm_up,
        "dropout": config.dropout,
    }
    if spec.layer_count > 1:
        found["hidden_activation"] = spec.activations[0]
    if optimizer in (None, config.optimizer.name):
        settings = config.optimizer.method.settings
        found |= {setting: getattr(config.optimizer, setting) for setting in settings}
        found |= {"optimizer": config.optimizer.name, "learning_rate": config.learning_rate}
    return found
