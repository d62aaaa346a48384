terraform {
  required_version = ">= 1.7"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.60"
    }
  }
  backend "s3" {
    bucket         = "clinic-tfstate"
    key            = "records/prod.tfstate"
    region         = "eu-west-1"
    encrypt        = true
    dynamodb_table = "clinic-tflock"
  }
}

resource "aws_db_instance" "records" {
  identifier                      = "records"
  engine                          = "postgres"
  engine_version                  = "16.4"
  instance_class                  = "db.m6g.large"
  allocated_storage               = 200
  max_allocated_storage           = 800
  multi_az                        = true
  storage_encrypted               = true
  kms_key_id                      = aws_kms_key.records.arn
  username                        = "records_owner"
  manage_master_user_password     = true
  db_subnet_group_name            = var.db_subnet_group
  vpc_security_group_ids          = [aws_security_group.db.id]
  publicly_accessible             = false
  backup_retention_period         = 30
  deletion_protection             = true
  skip_final_snapshot             = false
  final_snapshot_identifier       = "records-final"
  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.records.arn
  auto_minor_version_upgrade      = true
  copy_tags_to_snapshot           = true
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
  parameter_group_name            = aws_db_parameter_group.records.name
}

resource "aws_db_parameter_group" "records" {
  name   = "records-pg16"
  family = "postgres16"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
  parameter {
    name  = "statement_timeout"
    value = "15000"
  }
}

resource "aws_kms_key" "records" {
  description             = "Records database"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_security_group" "db" {
  name        = "records-db"
  description = "PostgreSQL from the application only"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "db_from_app" {
  security_group_id            = aws_security_group.db.id
  description                  = "Application tasks"
  referenced_security_group_id = var.app_security_group
  from_port                    = 5432
  to_port                      = 5432
  ip_protocol                  = "tcp"
}

resource "aws_sqs_queue" "letters" {
  name                       = "letters"
  visibility_timeout_seconds = 180
  message_retention_seconds  = 345600
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.letters_dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "letters_dead" {
  name                      = "letters-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_cloudwatch_metric_alarm" "letters_dead" {
  alarm_name          = "letters-dead-not-empty"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.letters_dead.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  alarm_actions       = [var.pager_topic]
}

variable "vpc_id" { type = string }
variable "db_subnet_group" { type = string }
variable "app_security_group" { type = string }
variable "pager_topic" { type = string }
