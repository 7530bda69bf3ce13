"""Training objectives: how noise levels are drawn, how their losses are weighted, and what each level weighs in all."""
