terraform {
  required_version = "~> 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.70"
    }
  }
  backend "s3" {
    bucket       = "norvik-desk-tfstate"
    key          = "prod/desk.tfstate"
    region       = "eu-north-1"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = "eu-north-1"
  default_tags {
    tags = { system = "intraday-desk", stage = "prod" }
  }
}

variable "vpc_id" { type = string }
variable "private_subnets" { type = list(string) } # one per zone, three
variable "trader_cidr" { type = string }
variable "certificate_arn" { type = string }
variable "alarm_topic" { type = string }
variable "image_tags" { type = map(string) } # immutable tags from the pipeline

resource "aws_kms_key" "desk" {
  description             = "Intraday desk data"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

# --- network ---------------------------------------------------------------

resource "aws_security_group" "alb" {
  name        = "desk-alb"
  description = "Traders to the load balancer"
  vpc_id      = var.vpc_id

  ingress {
    description = "HTTPS from the trading floor"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = [var.trader_cidr]
  }

  egress {
    description     = "to the tasks"
    from_port       = 8443
    to_port         = 8443
    protocol        = "tcp"
    security_groups = [aws_security_group.tasks.id]
  }
}

resource "aws_security_group" "tasks" {
  name        = "desk-tasks"
  description = "Fargate tasks, rules are in rules.tf"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "db" {
  name        = "desk-db"
  description = "Aurora"
  vpc_id      = var.vpc_id

  ingress {
    description     = "PostgreSQL from the tasks"
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.tasks.id]
  }
}

resource "aws_lb" "desk" {
  name                       = "desk"
  internal                   = true
  load_balancer_type         = "application"
  subnets                    = var.private_subnets
  security_groups            = [aws_security_group.alb.id]
  enable_deletion_protection = true
  drop_invalid_header_fields = true
  idle_timeout               = 30

  access_logs {
    bucket  = "norvik-access-logs"
    prefix  = "desk"
    enabled = true
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.desk.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.api.arn
  }
}

resource "aws_lb_target_group" "api" {
  name                 = "desk-api"
  port                 = 8443
  protocol             = "HTTPS"
  target_type          = "ip"
  vpc_id               = var.vpc_id
  deregistration_delay = 30

  health_check {
    path                = "/health/ready"
    protocol            = "HTTPS"
    interval            = 10
    timeout             = 3
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

# --- data ------------------------------------------------------------------

resource "aws_rds_cluster" "desk" {
  cluster_identifier              = "desk-db"
  engine                          = "aurora-postgresql"
  engine_version                  = "16.4"
  database_name                   = "desk"
  master_username                 = "desk_owner"
  manage_master_user_password     = true
  storage_encrypted               = true
  kms_key_id                      = aws_kms_key.desk.arn
  vpc_security_group_ids          = [aws_security_group.db.id]
  db_subnet_group_name            = "desk-private"
  backup_retention_period         = 35
  preferred_backup_window         = "01:00-02:00"
  copy_tags_to_snapshot           = true
  deletion_protection             = true
  skip_final_snapshot             = false
  final_snapshot_identifier       = "desk-db-final"
  enabled_cloudwatch_logs_exports = ["postgresql"]
}

resource "aws_rds_cluster_instance" "desk" {
  count                        = 3
  identifier                   = "desk-db-${count.index}"
  cluster_identifier           = aws_rds_cluster.desk.id
  engine                       = aws_rds_cluster.desk.engine
  instance_class               = "db.r6g.xlarge"
  publicly_accessible          = false
  performance_insights_enabled = true
  monitoring_interval          = 30
  monitoring_role_arn          = "arn:aws:iam::210987654321:role/rds-monitoring"
  auto_minor_version_upgrade   = true
}

resource "aws_sqs_queue" "orders_dlq" {
  name                      = "orders-dlq.fifo"
  fifo_queue                = true
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.desk.id
}

resource "aws_sqs_queue" "orders" {
  name                        = "orders.fifo"
  fifo_queue                  = true
  content_based_deduplication = false
  visibility_timeout_seconds  = 30
  message_retention_seconds   = 3600
  kms_master_key_id           = aws_kms_key.desk.id

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.orders_dlq.arn
    maxReceiveCount     = 3
  })
}

resource "aws_cloudwatch_metric_alarm" "orders_dlq" {
  alarm_name          = "orders-dlq-not-empty"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.orders_dlq.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  alarm_actions       = [var.alarm_topic]
}

resource "aws_s3_bucket" "audit" {
  bucket              = "norvik-desk-audit"
  object_lock_enabled = true
}

resource "aws_s3_bucket_versioning" "audit" {
  bucket = aws_s3_bucket.audit.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "audit" {
  bucket = aws_s3_bucket.audit.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.desk.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "audit" {
  bucket                  = aws_s3_bucket.audit.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_object_lock_configuration" "audit" {
  bucket = aws_s3_bucket.audit.id
  rule {
    default_retention {
      mode  = "COMPLIANCE"
      years = 10
    }
  }
}
