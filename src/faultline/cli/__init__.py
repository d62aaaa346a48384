"""The command line. Modules here import nothing heavy at their top: `--help` must answer in 0.25 s of CPU time."""
