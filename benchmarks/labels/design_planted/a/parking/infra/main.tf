terraform {
  required_version = "~> 1.9"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "6.12.0"
    }
  }
  backend "gcs" {
    bucket = "parkhier-tfstate"
    prefix = "prod"
  }
}

variable "project" { type = string }
variable "region" {
  type    = string
  default = "europe-west3"
}
variable "network_id" { type = string }
variable "subnet_id" { type = string }
variable "db_password_secret" { type = string }
variable "alert_channel" { type = string }

provider "google" {
  project = var.project
  region  = var.region
}

# ---------------------------------------------------------------- database

resource "google_sql_database_instance" "parking" {
  name                = "parking-db"
  database_version    = "POSTGRES_16"
  region              = var.region
  deletion_protection = true

  settings {
    tier              = "db-custom-4-16384"
    availability_type = "REGIONAL"
    disk_autoresize   = true

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7
      backup_retention_settings { retained_backups = 14 }
    }

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    maintenance_window {
      day          = 7
      hour         = 4
      update_track = "stable"
    }
  }
}

resource "google_sql_database_instance" "parking_replica" {
  name                 = "parking-db-replica"
  master_instance_name = google_sql_database_instance.parking.name
  database_version     = "POSTGRES_16"
  region               = var.region
  deletion_protection  = true

  settings {
    tier = "db-custom-2-8192"
    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "ENCRYPTED_ONLY"
    }
  }
}

# ---------------------------------------------------------------- messages

resource "google_pubsub_topic" "events" {
  name                       = "parking-events"
  message_retention_duration = "86400s"
}

resource "google_pubsub_topic" "events_dead" {
  name = "parking-events-dead"
}

resource "google_pubsub_subscription" "events_dead" {
  name                       = "parking-events-dead-inspect"
  topic                      = google_pubsub_topic.events_dead.id
  message_retention_duration = "604800s"
}

resource "google_service_account" "pusher" {
  account_id = "parking-events-pusher"
}

resource "google_pubsub_subscription" "notifier" {
  name                       = "notifier"
  topic                      = google_pubsub_topic.events.id
  ack_deadline_seconds       = 30
  message_retention_duration = "86400s"

  push_config {
    push_endpoint = "${google_cloud_run_v2_service.notifier.uri}/events"
    oidc_token { service_account_email = google_service_account.pusher.email }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.events_dead.id
    max_delivery_attempts = 6
  }
}

# ---------------------------------------------------------------- receipts

resource "google_storage_bucket" "receipts" {
  name                        = "parkhier-receipts"
  location                    = "EU"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning { enabled = true }

  retention_policy {
    retention_period = 315360000
    is_locked        = true
  }
}
