"""How the classifier is made: mixture, training, calibration, export, evaluation, model card."""
