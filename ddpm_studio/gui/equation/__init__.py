"""The equations of the two processes with the weights of the moment in them, which can be dragged."""
