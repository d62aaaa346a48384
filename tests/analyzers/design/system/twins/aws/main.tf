resource "aws_ecs_service" "web" {
  name          = "web"
  desired_count = var.web_count
}
variable "web_count" { default = 3 }
resource "aws_rds_cluster" "main" {
  cluster_identifier = "main"
  engine             = "aurora-postgresql"
}
resource "aws_elasticache_replication_group" "cache" {
  replication_group_id = "sessions"
  num_cache_clusters   = 2
}
resource "aws_lambda_function" "resize" { function_name = "resize-images" }
resource "aws_s3_bucket" "images" { bucket = "shop-images" }
