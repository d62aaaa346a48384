terraform {
  required_version = "~> 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.70"
    }
  }
  backend "s3" {
    bucket         = "exam-tfstate"
    key            = "exam/prod.tfstate"
    region         = "eu-central-1"
    encrypt        = true
    dynamodb_table = "exam-tflock"
  }
}

provider "aws" {
  region = "eu-central-1"
  default_tags {
    tags = { system = "exam-results", owner = "registrar-it" }
  }
}

variable "vpc_id" {
  type        = string
  description = "Network of the registrar"
}

variable "private_subnet_ids" {
  type        = list(string)
  description = "One private subnet in each of three zones"
}

variable "endpoints_prefix_list_id" {
  type        = string
  description = "Prefix list of the interface endpoints"
}

variable "oncall_topic_arn" {
  type        = string
  description = "Topic of the on-call service"
}

resource "aws_kms_key" "exam" {
  description             = "Exam results"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_db_subnet_group" "exam" {
  name       = "exam"
  subnet_ids = var.private_subnet_ids
}

resource "aws_security_group" "db" {
  name        = "exam-db"
  description = "PostgreSQL from the application only"
  vpc_id      = var.vpc_id
}

resource "aws_security_group" "app" {
  name        = "exam-app"
  description = "Application tasks"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "db_from_app" {
  security_group_id            = aws_security_group.db.id
  referenced_security_group_id = aws_security_group.app.id
  description                  = "PostgreSQL from the application"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_egress_rule" "app_to_db" {
  security_group_id            = aws_security_group.app.id
  referenced_security_group_id = aws_security_group.db.id
  description                  = "Application to PostgreSQL"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_vpc_security_group_egress_rule" "app_to_endpoints" {
  security_group_id = aws_security_group.app.id
  prefix_list_id    = var.endpoints_prefix_list_id
  description       = "Application to the AWS endpoints of the VPC"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_db_instance" "exam" {
  identifier                      = "exam-prod"
  engine                          = "postgres"
  engine_version                  = "16.4"
  instance_class                  = "db.m6g.large"
  allocated_storage               = 100
  max_allocated_storage           = 400
  storage_encrypted               = true
  kms_key_id                      = aws_kms_key.exam.arn
  multi_az                        = true
  username                        = "exam_owner"
  manage_master_user_password     = true
  db_subnet_group_name            = aws_db_subnet_group.exam.name
  vpc_security_group_ids          = [aws_security_group.db.id]
  publicly_accessible             = false
  backup_retention_period         = 35
  deletion_protection             = true
  skip_final_snapshot             = false
  final_snapshot_identifier       = "exam-prod-final"
  copy_tags_to_snapshot           = true
  auto_minor_version_upgrade      = true
  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.exam.arn
  enabled_cloudwatch_logs_exports = ["postgresql"]
}

resource "aws_sqs_queue" "mail_dead" {
  name                      = "exam-mail-dead"
  kms_master_key_id         = aws_kms_key.exam.id
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "mail" {
  name                       = "exam-mail"
  kms_master_key_id          = aws_kms_key.exam.id
  visibility_timeout_seconds = 120
  message_retention_seconds  = 345600
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.mail_dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_cloudwatch_metric_alarm" "mail_dead" {
  alarm_name          = "exam-mail-dead-not-empty"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.mail_dead.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  alarm_actions       = [var.oncall_topic_arn]
}
