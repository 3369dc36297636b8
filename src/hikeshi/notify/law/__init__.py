"""The law as data, and how it is judged: reading the duty files, three-valued logic, facts, days, reasons."""
