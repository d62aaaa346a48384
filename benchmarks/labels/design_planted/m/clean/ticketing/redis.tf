# Session cache of the ticket shop
resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = "ticket-sessions"
  description                = "Sessions of the ticket shop"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.r7g.large"
  num_node_groups            = 2
  replicas_per_node_group    = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  auth_token                 = data.aws_secretsmanager_secret_version.redis.secret_string
  snapshot_retention_limit   = 3
  subnet_group_name          = var.cache_subnet_group
  security_group_ids         = [aws_security_group.sessions.id]
}

data "aws_secretsmanager_secret_version" "redis" {
  secret_id = "ticket-shop/redis-auth"
}

resource "aws_security_group" "sessions" {
  name_prefix = "ticket-sessions-"
  description = "Redis, from the shop's tasks only"
  vpc_id      = var.vpc_id

  ingress {
    description     = "Shop tasks"
    protocol        = "tcp"
    from_port       = 6379
    to_port         = 6379
    security_groups = [var.shop_sg_id]
  }
}

resource "aws_sqs_queue" "mails" {
  name                       = "ticket-mails"
  visibility_timeout_seconds = 120
  message_retention_seconds  = 345600
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.mails_dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "mails_dead" {
  name                      = "ticket-mails-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

variable "vpc_id" {
  type        = string
  description = "VPC of the shop"
}

variable "shop_sg_id" {
  type        = string
  description = "Security group of the shop's tasks"
}

variable "cache_subnet_group" {
  type        = string
  description = "Private subnets in three zones"
}
