"""備え: roles, contacts, devices, holdings, insurance and the plan as a versioned document (plan clauses P, R, C)."""
