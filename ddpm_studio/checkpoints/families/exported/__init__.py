"""Programs written by torch.export.save: a graph of operators with its tensors."""
