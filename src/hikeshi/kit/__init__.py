"""携帯キット: what is carried on paper, phone and USB stick, for when the PC is the patient."""
