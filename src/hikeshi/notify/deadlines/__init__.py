"""What becomes of each duty in a case: its clock, begun, reminded, met or missed."""
