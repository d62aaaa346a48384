resource "google_cloud_run_v2_service" "thumbnailer" {
  name     = "thumbnailer"
  location = "europe-north1"
  ingress  = "INGRESS_TRAFFIC_INTERNAL_ONLY"

  template {
    service_account                  = google_service_account.thumbnailer.email
    timeout                          = "60s"
    max_instance_request_concurrency = 4

    scaling {
      min_instance_count = 2
      max_instance_count = 20
    }

    containers {
      image = "europe-north1-docker.pkg.dev/photos-prod/apps/thumbnailer:3.0.8"

      resources {
        limits = {
          cpu    = "2"
          memory = "1Gi"
        }
      }

      startup_probe {
        http_get {
          path = "/health"
        }
        period_seconds    = 2
        failure_threshold = 15
      }

      liveness_probe {
        http_get {
          path = "/health"
        }
        period_seconds = 10
      }
    }
  }
}

resource "google_service_account" "thumbnailer" {
  account_id   = "thumbnailer"
  display_name = "Reads photos, writes thumbnails"
}

resource "google_service_account" "push" {
  account_id   = "thumbnailer-push"
  display_name = "Calls thumbnailer for each new photo"
}

resource "google_cloud_run_v2_service_iam_member" "push" {
  name     = google_cloud_run_v2_service.thumbnailer.name
  location = google_cloud_run_v2_service.thumbnailer.location
  role     = "roles/run.invoker"
  member   = "serviceAccount:${google_service_account.push.email}"
}

resource "google_pubsub_topic" "photos" {
  name                       = "photos-uploaded"
  message_retention_duration = "604800s"
}

resource "google_pubsub_topic" "photos_dead" {
  name                       = "photos-uploaded-dead"
  message_retention_duration = "1209600s"
}

resource "google_pubsub_subscription" "thumbnailer" {
  name                       = "thumbnailer"
  topic                      = google_pubsub_topic.photos.id
  ack_deadline_seconds       = 90
  message_retention_duration = "604800s"

  push_config {
    push_endpoint = google_cloud_run_v2_service.thumbnailer.uri
    oidc_token {
      service_account_email = google_service_account.push.email
    }
  }

  retry_policy {
    minimum_backoff = "5s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.photos_dead.id
    max_delivery_attempts = 6
  }
}

resource "google_pubsub_subscription" "photos_dead" {
  name                       = "photos-uploaded-dead"
  topic                      = google_pubsub_topic.photos_dead.id
  ack_deadline_seconds       = 60
  message_retention_duration = "1209600s"

  expiration_policy {
    ttl = ""
  }
}
