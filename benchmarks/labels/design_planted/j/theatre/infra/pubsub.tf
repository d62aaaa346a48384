resource "google_pubsub_topic" "ticket_sold" {
  name                       = "ticket-sold"
  message_retention_duration = "259200s"
  kms_key_name               = var.pubsub_key
}

resource "google_pubsub_topic" "ticket_sold_dead" {
  name                       = "ticket-sold-dead"
  message_retention_duration = "1209600s"
  kms_key_name               = var.pubsub_key
}

resource "google_pubsub_subscription" "dead_watch" {
  name                       = "ticket-sold-dead-watch"
  topic                      = google_pubsub_topic.ticket_sold_dead.id
  message_retention_duration = "604800s"
  expiration_policy {
    ttl = ""
  }
}

resource "google_pubsub_subscription" "ticket_printer" {
  name                       = "ticket-printer"
  topic                      = google_pubsub_topic.ticket_sold.id
  ack_deadline_seconds       = 60
  message_retention_duration = "259200s"

  push_config {
    push_endpoint = "${google_cloud_run_v2_service.ticket_printer.uri}/events"
    oidc_token {
      service_account_email = google_service_account.pubsub_push.email
    }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.ticket_sold_dead.id
    max_delivery_attempts = 7
  }

  expiration_policy {
    ttl = ""
  }
}

resource "google_service_account" "pubsub_push" {
  account_id = "pubsub-push"
}

resource "google_cloud_run_v2_service" "ticket_printer" {
  name     = "ticket-printer"
  location = "europe-west3"
  ingress  = "INGRESS_TRAFFIC_INTERNAL_ONLY"

  template {
    service_account = google_service_account.ticket_printer.email
    timeout         = "50s"
    scaling {
      min_instance_count = 2
      max_instance_count = 20
    }
    containers {
      image = "europe-west3-docker.pkg.dev/stages/app/ticket-printer:3.0.7"
      resources {
        limits = {
          cpu    = "1"
          memory = "1Gi"
        }
      }
      startup_probe {
        http_get {
          path = "/healthz"
        }
      }
      liveness_probe {
        http_get {
          path = "/healthz"
        }
      }
    }
  }
}

resource "google_service_account" "ticket_printer" {
  account_id = "ticket-printer"
}

resource "google_cloud_run_v2_service_iam_member" "push_invokes" {
  name     = google_cloud_run_v2_service.ticket_printer.name
  location = google_cloud_run_v2_service.ticket_printer.location
  role     = "roles/run.invoker"
  member   = "serviceAccount:${google_service_account.pubsub_push.email}"
}

variable "pubsub_key" {
  type        = string
  description = "KMS key for topics"
}
