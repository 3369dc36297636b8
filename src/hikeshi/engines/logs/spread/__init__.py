"""Rules on many processes or machines: one reads, the others evaluate, and the answer is the one that one would give.

    reader (limited process)  →  00001.batch …        in a folder of this run
    workers, local or on Ray  →  00001.hits …         each batch by itself, in any order
    merging (limited process) →  hits of the report   the hits with their rows, in the order of reading

Order matters only to counts, correlations and samples, and these are made in the last step alone: that is why the
answer is equal to the byte however many worked on it.
"""
