"""訓練: a whole incident played through the same software, its data apart from real ones (DESIGN truth 10)."""
