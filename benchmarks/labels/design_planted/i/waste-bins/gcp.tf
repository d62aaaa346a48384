locals {
  region = "europe-west3"
}

resource "google_pubsub_topic" "bin_levels" {
  name                       = "bin-levels"
  message_retention_duration = "86400s"
}

resource "google_pubsub_topic" "bin_levels_dead" {
  name                       = "bin-levels-dead"
  message_retention_duration = "604800s"
}

resource "google_pubsub_subscription" "planner" {
  name                       = "bin-levels-planner"
  topic                      = google_pubsub_topic.bin_levels.id
  ack_deadline_seconds       = 30
  message_retention_duration = "86400s"

  retry_policy {
    minimum_backoff = "5s"
    maximum_backoff = "300s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.bin_levels_dead.id
    max_delivery_attempts = 8
  }
}

resource "google_pubsub_subscription" "dead" {
  name                       = "bin-levels-dead-review"
  topic                      = google_pubsub_topic.bin_levels_dead.id
  ack_deadline_seconds       = 60
  message_retention_duration = "604800s"
}

resource "google_sql_database_instance" "bins" {
  name                = "bins"
  region              = local.region
  database_version    = "POSTGRES_15"
  deletion_protection = true

  settings {
    tier              = "db-custom-2-7680"
    availability_type = "REGIONAL"

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
    }

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "ENCRYPTED_ONLY"
    }
  }
}

variable "network_id" {
  type = string
}
