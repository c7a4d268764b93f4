"""The mathematics: networks, costs, and the forward and backward pass, in numpy alone.

May import: numpy, nnviz.errors.

Conventions, stated once. ``m`` examples, layers ``0 … L``, layer 0 is the input, ``n_l`` neurons
in layer ``l``. Arrays are batch first:

========================  =============  =========================================================
name                      shape          meaning
========================  =============  =========================================================
``inputs``                (m, n_0)       x = a⁰
``targets``               (m, n_L)       y
``weights[l - 1]``        (n_l, n_l-1)   Wˡ; row = receiving neuron, column = source
``biases[l - 1]``         (n_l,)         bˡ
``preactivations[l-1]``   (m, n_l)       zˡ = Wˡ aˡ⁻¹ + bˡ
``activations[l]``        (m, n_l)       aˡ; index 0 is the input
``activation_gradients``  (m, n_l)       ∂C/∂aˡ per example, layers 0 … L
``deltas[l - 1]``         (m, n_l)       δˡ = ∂C/∂zˡ per example
``gradients.weights``     (n_l, n_l-1)   ∂C/∂Wˡ, mean over the examples
``gradients.biases``      (n_l,)         ∂C/∂bˡ, mean over the examples
========================  =============  =========================================================
"""
