# Claims Intake, project albis-claims-prod

resource "google_sql_database_instance" "intake" {
  name                = "intake-db"
  region              = "europe-west3"
  database_version    = "POSTGRES_15"
  encryption_key_name = google_kms_crypto_key.claims.id
  deletion_protection = true

  settings {
    tier              = "db-custom-4-16384"
    availability_type = "REGIONAL"
    disk_autoresize   = true

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"
    }

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7
      backup_retention_settings {
        retained_backups = 30
      }
    }
  }
}

resource "google_storage_bucket" "attachments" {
  name                        = "albis-claims-attachments"
  location                    = "EU"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  encryption {
    default_kms_key_name = google_kms_crypto_key.claims_eu.id
  }

  lifecycle_rule {
    condition {
      age            = 2
      matches_prefix = ["quarantine/"]
    }
    action {
      type = "Delete"
    }
  }
}

resource "google_storage_bucket_iam_member" "clerks" {
  bucket = google_storage_bucket.attachments.name
  role   = "roles/storage.objectViewer"
  member = "group:claims-backoffice@albis-versicherung.example"

  condition {
    title      = "clean files only"
    expression = "resource.name.startsWith('projects/_/buckets/albis-claims-attachments/objects/clean/')"
  }
}

resource "google_pubsub_topic" "claims_events" {
  name                       = "claims-events"
  kms_key_name               = google_kms_crypto_key.claims.id
  message_retention_duration = "604800s"
}

resource "google_pubsub_topic" "claims_events_dead" {
  name         = "claims-events-dead"
  kms_key_name = google_kms_crypto_key.claims.id
}

resource "google_pubsub_subscription" "handover" {
  name                       = "handover-worker"
  topic                      = google_pubsub_topic.claims_events.id
  ack_deadline_seconds       = 60
  message_retention_duration = "604800s"

  retry_policy {
    minimum_backoff = "30s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.claims_events_dead.id
    max_delivery_attempts = 6
  }
}

resource "google_pubsub_subscription" "scan" {
  name                       = "scan-worker"
  topic                      = google_pubsub_topic.claims_events.id
  filter                     = "attributes.type = \"attachment.uploaded\""
  ack_deadline_seconds       = 120
  message_retention_duration = "86400s"

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.claims_events_dead.id
    max_delivery_attempts = 5
  }
}

resource "google_pubsub_subscription" "backoffice_dead" {
  name                       = "backoffice-dead"
  topic                      = google_pubsub_topic.claims_events_dead.id
  message_retention_duration = "604800s"
}

resource "google_kms_key_ring" "claims" {
  name     = "claims"
  location = "europe-west3"
}

resource "google_kms_crypto_key" "claims" {
  name            = "claims"
  key_ring        = google_kms_key_ring.claims.id
  rotation_period = "7776000s"
}

resource "google_kms_key_ring" "claims_eu" {
  name     = "claims-eu"
  location = "europe"
}

resource "google_kms_crypto_key" "claims_eu" {
  name            = "attachments"
  key_ring        = google_kms_key_ring.claims_eu.id
  rotation_period = "7776000s"
}

resource "google_compute_firewall" "intake_db_proxy" {
  name          = "gke-to-intake-db"
  network       = var.network_id
  direction     = "INGRESS"
  source_ranges = ["10.40.0.0/14"]

  allow {
    protocol = "tcp"
    ports    = ["5432"]
  }
}

variable "network_id" {
  type        = string
  description = "VPC of the production project"
}
