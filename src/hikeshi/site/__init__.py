"""The only place that knows everything: settings, root URLs, the command dispatcher. Nobody imports it."""
