resource "google_sql_database_instance" "stock" {
  name                = "stock"
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
      private_network = google_compute_network.main.id
      ssl_mode        = "ENCRYPTED_ONLY"
    }
  }
}

resource "google_compute_firewall" "ssh" {
  name          = "allow-ssh"
  network       = google_compute_network.main.id
  source_ranges = ["35.235.240.0/20"]
  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}

resource "google_container_node_pool" "main" {
  cluster    = google_container_cluster.main.id
  node_count = 3
}

resource "azurerm_redis_cache" "sessions" {
  name                 = "sessions"
  sku_name             = "Standard"
  non_ssl_port_enabled = false
  minimum_tls_version  = "1.2"
}

resource "azurerm_storage_account" "exports" {
  name                            = "stockexports"
  account_replication_type        = "ZRS"
  min_tls_version                 = "TLS1_2"
  allow_nested_items_to_be_public = false
  https_traffic_only_enabled      = true
}

resource "google_storage_bucket_iam_member" "exports" {
  bucket = google_storage_bucket.exports.name
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${google_service_account.exports.email}"
}

resource "aws_apigatewayv2_stage" "live" {
  api_id = aws_apigatewayv2_api.stock.id
  name   = "live"
  default_route_settings {
    throttling_rate_limit  = 200
    throttling_burst_limit = 400
  }
}

resource "aws_opensearch_domain" "search" {
  domain_name = "stock"
  cluster_config {
    instance_count         = 3
    zone_awareness_enabled = true
  }
  encrypt_at_rest {
    enabled = true
  }
  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-2019-07"
  }
}
