#!/usr/bin/env python3
"""A median or a cover on places with straight-line minutes as the textbooks write it, for CBC and
other solvers: textbook.py DEMAND SITES KM/H MOST_MINUTES OBJECTIVE OPEN THRESHOLD > model.lp

p-median (ReVelle and Swain 1970): a share of each demand for each site, at most what the site is
open. mclp (Church and ReVelle 1974): a demand counts when a site within the threshold is open.
Arguments as those of bench_siting; the value is the sum over people, not the mean.
"""
import math, sys

demand, sites = ([tuple(map(float, row.split())) for row in open(path)] for path in sys.argv[1:3])
speed, most, objective, opened, threshold = sys.argv[3:8]
pace, most, threshold = 60.0 / 1000.0 / float(speed), float(most), float(threshold)
out = sys.stdout.write
near = [[(j, t) for j, (u, v) in enumerate(sites)
         if (t := pace * math.hypot(x - u, y - v)) <= (threshold if objective == "mclp" else most)]
        for _, x, y, _ in demand]

if objective == "mclp":
    out("Maximize\nobj:\n")
    for i, row in enumerate(near):
        if row:
            out(f" + {demand[i][0]!r} c{i}\n")
    out("Subject To\n")
    for i, row in enumerate(near):
        if row:
            out("".join(f" + y{j}" for j, _ in row) + f" - c{i} >= 0\n")
else:
    if not all(near):
        sys.exit("some demand reaches no site: the textbook has no place for it")
    out("Minimize\nobj:\n")
    for i, row in enumerate(near):
        out("".join(f" + {demand[i][0] * t!r} x{i}_{j}\n" for j, t in row))
    out("Subject To\n")
    for i, row in enumerate(near):
        out("".join(f" + x{i}_{j}\n" for j, _ in row) + " = 1\n")
        out("".join(f" x{i}_{j} - y{j} <= 0\n" for j, _ in row))
out("".join(f" + y{j}\n" for j in range(len(sites))) + f" = {opened}\nBounds\n")
if objective == "mclp":
    out("".join(f" c{i} <= 1\n" for i, row in enumerate(near) if row))
out("Binaries\n" + "".join(f" y{j}\n" for j in range(len(sites))) + "End\n")
