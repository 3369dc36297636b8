"""Sigma rules: folders of them become a pack (`build`, `pack`), a kernel runs all of a pack at once (`kernel`)."""
