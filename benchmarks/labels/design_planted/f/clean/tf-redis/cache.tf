terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.30"
    }
  }
}

# Session cache of the portal. Losing it signs people out, nothing more.
variable "private_subnets" { type = list(string) }
variable "vpc_id" { type = string }
variable "portal_sg" { type = string }
variable "kms_key_arn" { type = string }
variable "auth_token" {
  type      = string
  sensitive = true
}

resource "aws_elasticache_subnet_group" "sessions" {
  name       = "portal-sessions"
  subnet_ids = var.private_subnets
}

resource "aws_security_group" "sessions" {
  name        = "portal-sessions"
  description = "Redis of the portal"
  vpc_id      = var.vpc_id
  ingress {
    description     = "Portal only"
    from_port       = 6379
    to_port         = 6379
    protocol        = "tcp"
    security_groups = [var.portal_sg]
  }
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "portal-sessions"
  description                = "Sessions of the portal"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 3
  automatic_failover_enabled = true
  multi_az_enabled           = true
  at_rest_encryption_enabled = true
  kms_key_id                 = var.kms_key_arn
  transit_encryption_enabled = true
  auth_token                 = var.auth_token
  subnet_group_name          = aws_elasticache_subnet_group.sessions.name
  security_group_ids         = [aws_security_group.sessions.id]
  snapshot_retention_limit   = 3
  maintenance_window         = "tue:03:00-tue:04:00"
  auto_minor_version_upgrade = true
}
