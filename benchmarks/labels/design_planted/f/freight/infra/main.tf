terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.40"
    }
  }
  backend "s3" {
    bucket         = "nordlast-tfstate"
    key            = "tracking/prod.tfstate"
    region         = "eu-north-1"
    encrypt        = true
    dynamodb_table = "nordlast-tflock"
  }
}

provider "aws" {
  region = "eu-north-1"
}

variable "vpc_id" { type = string }
variable "private_subnets" { type = list(string) }
variable "public_subnets" { type = list(string) }
variable "certificate_arn" { type = string }
variable "log_bucket" { type = string }
variable "execution_role_arn" { type = string }
variable "ingest_role_arn" { type = string }
variable "api_role_arn" { type = string }
variable "telematics_role_arn" { type = string }

resource "aws_kms_key" "tracking" {
  description         = "Data at rest of tracking"
  enable_key_rotation = true
}

resource "aws_sqs_queue" "positions_dead" {
  name                      = "positions-dead"
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.tracking.arn
}

resource "aws_sqs_queue" "positions" {
  name                       = "positions"
  message_retention_seconds  = 345600
  visibility_timeout_seconds = 60
  receive_wait_time_seconds  = 20
  kms_master_key_id          = aws_kms_key.tracking.arn
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.positions_dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue_policy" "positions" {
  queue_url = aws_sqs_queue.positions.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TelematicsMaySend"
      Effect    = "Allow"
      Principal = { AWS = var.telematics_role_arn }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.positions.arn
    }]
  })
}

resource "aws_cloudwatch_metric_alarm" "positions_dead" {
  alarm_name          = "positions-dead-not-empty"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.positions_dead.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
}

resource "aws_db_subnet_group" "tracking" {
  name       = "tracking"
  subnet_ids = var.private_subnets
}

resource "aws_db_instance" "tracking" {
  identifier                      = "tracking-db"
  engine                          = "postgres"
  engine_version                  = "16.3"
  instance_class                  = "db.r6g.large"
  allocated_storage               = 200
  max_allocated_storage           = 800
  db_name                         = "tracking"
  username                        = "tracking"
  manage_master_user_password     = true
  multi_az                        = true
  storage_encrypted               = true
  kms_key_id                      = aws_kms_key.tracking.arn
  backup_retention_period         = 14
  deletion_protection             = true
  publicly_accessible             = false
  skip_final_snapshot             = false
  final_snapshot_identifier       = "tracking-db-final"
  auto_minor_version_upgrade      = true
  performance_insights_enabled    = true
  enabled_cloudwatch_logs_exports = ["postgresql"]
  db_subnet_group_name            = aws_db_subnet_group.tracking.name
  vpc_security_group_ids          = [aws_security_group.db.id]
}

resource "aws_security_group" "lb" {
  name        = "tracking-lb"
  description = "Public load balancer"
  vpc_id      = var.vpc_id
  ingress {
    description = "HTTPS from customers"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    description = "To the tasks"
    from_port   = 8080
    to_port     = 8080
    protocol    = "tcp"
    cidr_blocks = ["10.40.0.0/16"]
  }
}

resource "aws_security_group" "tasks" {
  name        = "tracking-tasks"
  description = "Tasks of tracking"
  vpc_id      = var.vpc_id
  ingress {
    description     = "From the load balancer"
    from_port       = 8080
    to_port         = 8080
    protocol        = "tcp"
    security_groups = [aws_security_group.lb.id]
  }
  egress {
    description = "AWS endpoints"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    description = "Database"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["10.40.0.0/16"]
  }
}

resource "aws_security_group" "db" {
  name        = "tracking-db"
  description = "Database of tracking"
  vpc_id      = var.vpc_id
  ingress {
    description     = "From the tasks"
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.tasks.id]
  }
}

resource "aws_lb" "tracking" {
  name                       = "tracking"
  load_balancer_type         = "application"
  subnets                    = var.public_subnets
  security_groups            = [aws_security_group.lb.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = true
  access_logs {
    bucket  = var.log_bucket
    enabled = true
  }
}

resource "aws_lb_target_group" "tracking_api" {
  name                 = "tracking-api"
  port                 = 8080
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = var.vpc_id
  deregistration_delay = 30
  health_check {
    path                = "/healthz"
    interval            = 10
    timeout             = 3
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.tracking.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.tracking_api.arn
  }
}

resource "aws_wafv2_web_acl" "tracking" {
  name  = "tracking"
  scope = "REGIONAL"
  default_action {
    allow {}
  }
  rule {
    name     = "rate"
    priority = 1
    action {
      block {}
    }
    statement {
      rate_based_statement {
        limit              = 1500
        aggregate_key_type = "IP"
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "rate"
      sampled_requests_enabled   = true
    }
  }
  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "tracking"
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "tracking" {
  resource_arn = aws_lb.tracking.arn
  web_acl_arn  = aws_wafv2_web_acl.tracking.arn
}
