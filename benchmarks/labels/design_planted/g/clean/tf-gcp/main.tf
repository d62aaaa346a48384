terraform {
  required_version = ">= 1.6"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 5.10"
    }
  }
}

variable "project" {
  type        = string
  description = "Google Cloud project"
}

variable "network" {
  type        = string
  description = "Self link of the private network"
}

provider "google" {
  project = var.project
  region  = "europe-west3"
}

resource "google_sql_database_instance" "wiki" {
  name                = "wiki"
  database_version    = "POSTGRES_15"
  deletion_protection = true

  settings {
    tier              = "db-custom-4-15360"
    availability_type = "REGIONAL"
    disk_autoresize   = true

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      backup_retention_settings {
        retained_backups = 14
      }
    }
  }
}

resource "google_storage_bucket" "attachments" {
  name                        = "${var.project}-wiki-attachments"
  location                    = "EU"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  lifecycle_rule {
    condition {
      num_newer_versions = 5
    }
    action {
      type = "Delete"
    }
  }
}

resource "google_pubsub_topic" "page_changed_dead" {
  name = "page-changed-dead"
}

resource "google_pubsub_topic" "page_changed" {
  name                       = "page-changed"
  message_retention_duration = "86400s"
}

resource "google_pubsub_subscription" "indexer" {
  name                 = "indexer"
  topic                = google_pubsub_topic.page_changed.id
  ack_deadline_seconds = 60

  retry_policy {
    minimum_backoff = "5s"
    maximum_backoff = "300s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.page_changed_dead.id
    max_delivery_attempts = 6
  }
}
