"""Machinery that knows no noun of the service: database, jobs, blobs, limits, telemetry, HTTP."""
