terraform {
  required_version = "~> 1.7"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 5.30"
    }
  }
  backend "gcs" {
    bucket = "wavelength-tfstate"
    prefix = "episodes"
  }
}

provider "google" {
  project = "wavelength-prod"
  region  = "europe-west4"
}

variable "network_id" { type = string }
variable "connector_id" { type = string }
variable "kms_key" { type = string }

resource "google_service_account" "episodes" {
  account_id   = "episodes"
  display_name = "episodes service"
}

resource "google_service_account" "transcoder" {
  account_id   = "transcoder"
  display_name = "transcoder service"
}

resource "google_sql_database_instance" "episodes_db" {
  name                = "episodes-db"
  database_version    = "POSTGRES_15"
  deletion_protection = true
  encryption_key_name = var.kms_key
  settings {
    tier              = "db-custom-2-7680"
    availability_type = "REGIONAL"
    disk_autoresize   = true
    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      backup_retention_settings {
        retained_backups = 14
      }
    }
    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"
    }
  }
}

resource "google_storage_bucket" "audio" {
  name                        = "wavelength-audio"
  location                    = "EU"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  versioning {
    enabled = true
  }
  encryption {
    default_kms_key_name = var.kms_key
  }
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      num_newer_versions = 2
      with_state         = "ARCHIVED"
    }
  }
  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 7
    }
  }
}

resource "google_pubsub_topic" "uploads" {
  name = "uploads"
}

resource "google_storage_notification" "uploads" {
  bucket             = google_storage_bucket.audio.name
  topic              = google_pubsub_topic.uploads.id
  payload_format     = "JSON_API_V1"
  event_types        = ["OBJECT_FINALIZE"]
  object_name_prefix = "masters/"
}

resource "google_pubsub_topic" "uploads_dead" {
  name                       = "uploads-dead"
  message_retention_duration = "1209600s"
}

resource "google_pubsub_subscription" "uploads_dead" {
  name                       = "uploads-dead-review"
  topic                      = google_pubsub_topic.uploads_dead.id
  message_retention_duration = "604800s"
  expiration_policy {
    ttl = ""
  }
}

resource "google_pubsub_subscription" "transcoder" {
  name                       = "transcoder"
  topic                      = google_pubsub_topic.uploads.id
  ack_deadline_seconds       = 600
  message_retention_duration = "259200s"
  push_config {
    push_endpoint = google_cloud_run_v2_service.transcoder.uri
    oidc_token {
      service_account_email = google_service_account.transcoder.email
    }
  }
  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }
  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.uploads_dead.id
    max_delivery_attempts = 6
  }
}

resource "google_secret_manager_secret" "db_password" {
  secret_id = "episodes-db-password"
  replication {
    auto {}
  }
}

resource "google_cloud_run_v2_service" "episodes" {
  name     = "episodes"
  location = "europe-west4"
  ingress  = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
  template {
    service_account                  = google_service_account.episodes.email
    timeout                          = "10s"
    max_instance_request_concurrency = 60
    scaling {
      min_instance_count = 2
      max_instance_count = 12
    }
    vpc_access {
      connector = var.connector_id
      egress    = "PRIVATE_RANGES_ONLY"
    }
    containers {
      image = "europe-west4-docker.pkg.dev/wavelength-prod/apps/episodes:8.3.1"
      resources {
        limits = { cpu = "1", memory = "512Mi" }
      }
      env {
        name = "DB_PASSWORD"
        value_source {
          secret_key_ref {
            secret  = google_secret_manager_secret.db_password.secret_id
            version = "7"
          }
        }
      }
      startup_probe {
        http_get {
          path = "/ready"
        }
        period_seconds    = 2
        failure_threshold = 15
      }
      liveness_probe {
        http_get {
          path = "/alive"
        }
        period_seconds  = 10
        timeout_seconds = 2
      }
    }
  }
}

resource "google_cloud_run_v2_service" "transcoder" {
  name     = "transcoder"
  location = "europe-west4"
  ingress  = "INGRESS_TRAFFIC_INTERNAL_ONLY"
  template {
    service_account                  = google_service_account.transcoder.email
    timeout                          = "540s"
    max_instance_request_concurrency = 1
    scaling {
      max_instance_count = 20
    }
    containers {
      image = "europe-west4-docker.pkg.dev/wavelength-prod/apps/transcoder:2.9.0"
      resources {
        limits = { cpu = "4", memory = "4Gi" }
      }
      startup_probe {
        http_get {
          path = "/ready"
        }
        period_seconds    = 2
        failure_threshold = 15
      }
      liveness_probe {
        http_get {
          path = "/alive"
        }
        period_seconds  = 30
        timeout_seconds = 3
      }
    }
  }
}

resource "google_cloud_run_v2_service_iam_member" "pubsub_invokes_transcoder" {
  name     = google_cloud_run_v2_service.transcoder.name
  location = "europe-west4"
  role     = "roles/run.invoker"
  member   = "serviceAccount:${google_service_account.transcoder.email}"
}
