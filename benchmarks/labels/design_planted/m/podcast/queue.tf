# Transcription of uploaded episodes
resource "google_pubsub_topic" "episodes" {
  name                       = "episodes-uploaded"
  message_retention_duration = "345600s"
}

resource "google_pubsub_topic" "episodes_dead" {
  name                       = "episodes-uploaded-dead"
  message_retention_duration = "1209600s"
}

resource "google_pubsub_subscription" "transcriber" {
  name                       = "transcriber"
  topic                      = google_pubsub_topic.episodes.id
  ack_deadline_seconds       = 300
  message_retention_duration = "345600s"

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.episodes_dead.id
    max_delivery_attempts = 6
  }

  expiration_policy {
    ttl = ""
  }
}

resource "google_compute_firewall" "transcriber_health" {
  name          = "transcriber-health"
  network       = var.network
  direction     = "INGRESS"
  source_ranges = ["35.191.0.0/16", "130.211.0.0/22"]
  target_tags   = ["transcriber"]

  allow {
    protocol = "tcp"
    ports    = ["8080"]
  }
}

variable "network" {
  type        = string
  description = "VPC of the transcribers"
}
