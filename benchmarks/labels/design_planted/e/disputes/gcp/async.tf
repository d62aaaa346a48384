resource "google_pubsub_topic" "refunds" {
  name                       = "refunds"
  message_retention_duration = "604800s"
}

resource "google_pubsub_topic" "refunds_dead" {
  name                       = "refunds-dead"
  message_retention_duration = "2678400s"
}

resource "google_pubsub_subscription" "refund_worker" {
  name                       = "refund-worker"
  topic                      = google_pubsub_topic.refunds.id
  ack_deadline_seconds       = 60
  message_retention_duration = "604800s"

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.refunds_dead.id
    max_delivery_attempts = 12
  }

  push_config {
    push_endpoint = "${google_cloud_run_v2_service.refund_worker.uri}/push"
    oidc_token {
      service_account_email = var.push_service_account
    }
  }
}

resource "google_cloud_run_v2_service" "refund_worker" {
  name                = "refund-worker"
  location            = local.region
  ingress             = "INGRESS_TRAFFIC_INTERNAL_ONLY"
  deletion_protection = true

  template {
    service_account = var.refund_service_account
    timeout         = "50s"

    scaling {
      min_instance_count = 2
      max_instance_count = 10
    }

    containers {
      image = "europe-west4-docker.pkg.dev/marktlaube-disputes/apps/refund-worker:2025.11.1"

      resources {
        limits = {
          cpu    = "1"
          memory = "512Mi"
        }
      }

      env {
        name  = "PAYMENTS_URL"
        value = "https://payments.internal.marktlaube.example/v2"
      }

      env {
        name  = "PAYMENTS_TIMEOUT_MS"
        value = "4000"
      }

      startup_probe {
        period_seconds    = 5
        failure_threshold = 10
        http_get {
          path = "/startup"
        }
      }

      liveness_probe {
        period_seconds  = 20
        timeout_seconds = 2
        http_get {
          path = "/live"
        }
      }
    }
  }
}

resource "google_pubsub_topic" "evidence_uploaded" {
  name                       = "evidence-uploaded"
  message_retention_duration = "259200s"
}

resource "google_pubsub_topic" "evidence_dead" {
  name                       = "evidence-dead"
  message_retention_duration = "1209600s"
}

resource "google_pubsub_subscription" "evidence_worker" {
  name                       = "evidence-worker"
  topic                      = google_pubsub_topic.evidence_uploaded.id
  ack_deadline_seconds       = 120
  message_retention_duration = "259200s"

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "300s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.evidence_dead.id
    max_delivery_attempts = 8
  }

  push_config {
    push_endpoint = "${var.evidence_worker_uri}/push"
    oidc_token {
      service_account_email = var.push_service_account
    }
  }
}

resource "google_storage_bucket" "evidence" {
  name                        = "marktlaube-dispute-evidence"
  location                    = "EUR4"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  encryption {
    default_kms_key_name = var.evidence_kms_key
  }

  lifecycle_rule {
    condition {
      age = 730
    }
    action {
      type = "Delete"
    }
  }
}

resource "google_compute_firewall" "db_from_run" {
  name          = "disputes-db-from-run"
  network       = var.network
  direction     = "INGRESS"
  source_ranges = ["10.42.8.0/24"]

  allow {
    protocol = "tcp"
    ports    = ["5432"]
  }
}

resource "google_pubsub_subscription" "refunds_dead" {
  name                       = "refunds-dead-review"
  topic                      = google_pubsub_topic.refunds_dead.id
  ack_deadline_seconds       = 600
  message_retention_duration = "2678400s"

  expiration_policy {
    ttl = ""
  }
}

resource "google_pubsub_subscription" "evidence_dead" {
  name                       = "evidence-dead-review"
  topic                      = google_pubsub_topic.evidence_dead.id
  ack_deadline_seconds       = 600
  message_retention_duration = "1209600s"

  expiration_policy {
    ttl = ""
  }
}
