"""Investigation (S2): the timeline, findings in logs, the route, the period, what was taken and whom it concerns."""
