resource "google_service_account" "weather" {
  account_id   = "avalanche-weather"
  display_name = "Avalanche weather service"
}

resource "google_cloud_run_v2_service" "weather" {
  name     = "avalanche-weather"
  location = "europe-west6"
  ingress  = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"

  template {
    service_account                  = google_service_account.weather.email
    timeout                          = "10s"
    max_instance_request_concurrency = 40

    scaling {
      min_instance_count = 2
      max_instance_count = 12
    }

    containers {
      image = "europe-west6-docker.pkg.dev/slf-rescue/apps/weather:2.3.1"

      resources {
        limits = {
          cpu    = "1"
          memory = "512Mi"
        }
      }

      env {
        name = "STATION_TOKEN"
        value_source {
          secret_key_ref {
            secret  = "station-token"
            version = "7"
          }
        }
      }

      startup_probe {
        http_get {
          path = "/ready"
        }
        period_seconds    = 3
        failure_threshold = 10
      }

      liveness_probe {
        http_get {
          path = "/live"
        }
        period_seconds  = 15
        timeout_seconds = 2
      }
    }
  }
}

resource "google_cloud_run_v2_service_iam_member" "dispatch" {
  name     = google_cloud_run_v2_service.weather.name
  location = google_cloud_run_v2_service.weather.location
  role     = "roles/run.invoker"
  member   = "serviceAccount:dispatch@slf-rescue.iam.gserviceaccount.com"
}
