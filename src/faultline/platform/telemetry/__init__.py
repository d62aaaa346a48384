"""What the service tells those who run it: logs, metrics, and how they are gathered from requests and the database."""
